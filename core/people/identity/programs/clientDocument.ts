import type { lookup } from 'node:dns';
import { isIP } from 'node:net';
import { z } from 'zod';
import { Agent } from '../../../comfy/http/undici.ts';
import { Problem } from '../../../ground/errors.ts';
import { createCheckedLookup, isForbiddenLiteral } from '../../../ground/runtime/checkedLookup.ts';
import { cleanName } from '../shownName.ts';

export interface DocumentDeps {
  /** `isPublicAddress`; another rule in tests. */
  isAllowedAddress(address: string): boolean;
  /** Another resolver, in tests. */
  resolve?: typeof lookup;
  /** The certificate of an authority that signed for the other side, in tests. */
  authority?: string;
}

/** A program as it describes itself. Nobody vouches for its name: its host is what is known. */
export interface ProgramClient {
  /** The address of the document, or the id of its registration. */
  id: string;
  name: string;
  /** Undefined for one that was registered. */
  host: string | undefined;
  redirectUris: readonly string[];
}

const timeoutMs = 4_000;
const documentBytes = 20_000;
const longestAddress = 500;
export const longestName = 64;
const mostRedirects = 20;

const documentSchema = z.object({
  client_id: z.string(),
  client_name: z.string().trim().min(1).max(200).optional(),
  redirect_uris: z.array(z.string().max(longestAddress)).min(1).max(mostRedirects),
  token_endpoint_auth_method: z.literal('none').optional(),
  grant_types: z
    .array(z.string())
    .refine((types) => types.includes('authorization_code'))
    .optional(),
});

const refused = (fault: string, cause?: unknown) =>
  new Problem('invalid-params', `${fault} Tell whoever makes the program; nothing was let in.`, { cause });

/**
 * Fetches what stands at a client id (draft-ietf-oauth-client-id-metadata-document). Only addresses of the public
 * internet are connected to, over HTTPS; no redirect is followed, and the answer has an end.
 * @throws Problem `invalid-params` for a program that cannot be let in.
 */
export async function readClientDocument(deps: DocumentDeps, clientId: string): Promise<ProgramClient> {
  const url = parseClientId(clientId);
  const document = documentSchema.safeParse(await fetchDocument(deps, url));
  if (!document.success) throw refused('The program does not describe itself as it should.', document.error);
  const { client_id: id, client_name: name, redirect_uris: redirectUris } = document.data;
  if (id !== clientId) throw refused('The program describes itself under another address.');
  return {
    id,
    name: cleanName(name ?? '', longestName) || url.host.slice(0, longestName),
    host: url.host,
    redirectUris,
  };
}

function parseClientId(text: string): URL {
  const url = text.length <= longestAddress && URL.canParse(text) ? new URL(text) : undefined;
  const isPlain =
    url?.protocol === 'https:' &&
    url.pathname !== '/' &&
    `${url.username}${url.password}${url.hash}` === '' &&
    // Written as it is read: no dots, spaces or upper-case names.
    url.href === text;
  if (!url || !isPlain) throw refused('The program has no https address that describes it.');
  return url;
}

async function fetchDocument(
  { isAllowedAddress, resolve, authority }: DocumentDeps,
  url: URL,
): Promise<unknown> {
  const check = { isAllowedAddress, forbidden: () => new Error('not on the public internet') };
  if (isForbiddenLiteral(check, url)) throw refused('The program is not on the public internet.');
  // One agent for each request: no kept connection outlives the check of its address.
  const agent = new Agent({
    allowH2: false,
    maxResponseSize: documentBytes,
    connect: { lookup: createCheckedLookup(check, resolve), ...(authority && { ca: authority }) },
  });
  try {
    const { statusCode, body } = await agent.request({
      origin: url.origin,
      path: `${url.pathname}${url.search}`,
      method: 'GET',
      headers: { accept: 'application/json', 'accept-encoding': 'identity' },
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await body.text();
    if (statusCode !== 200) throw new Error(`status ${statusCode}`);
    return JSON.parse(text);
  } catch (error) {
    throw new Problem(
      'invalid-params',
      `The platform could not read what ${url.host} says about the program; nothing was let in. Try again. Where the platform cannot reach the internet, give the program an API key.`,
      { cause: error },
    );
  } finally {
    await agent.destroy();
  }
}

/** Desktop programs that open links of their own. Any other scheme could mean something to a browser. */
const programSchemes = [
  ...['cursor:', 'vscode:', 'vscode-insiders:', 'windsurf:', 'warp:', 'zed:', 'jetbrains:'],
];

const isLoopback = ({ hostname }: URL): boolean => {
  const name = hostname.replace(/^\[|\]$/g, '');
  return name === 'localhost' || (isIP(name) === 4 && name.startsWith('127.')) || name === '::1';
};

/**
 * Whether the program may be answered at this address: one of its own, to the letter; on the person's machine at any
 * port (RFC 8252); by a scheme of its own with any query, since some programs name their server there.
 * @param listed by the operator: origins such as `http://openwebui:8080`, and schemes such as `com.example.app:`.
 */
export function isOwnRedirect(
  { redirectUris }: ProgramClient,
  asked: string,
  listed: readonly string[],
): boolean {
  if (!isAnswerable(asked, listed)) return false;
  const wanted = comparable(asked);
  return redirectUris.some((own) => URL.canParse(own) && comparable(own) === wanted);
}

function comparable(address: string): string {
  const isOfWeb = ['http:', 'https:'].includes(new URL(address).protocol);
  return isOfWeb ? withoutLoopbackPort(address) : address.replace(/\?.*$/s, '');
}

/** Whether any program may be answered at this address, if it is its own. */
export function isAnswerable(address: string, listed: readonly string[]): boolean {
  const url = address.length <= longestAddress && URL.canParse(address) ? new URL(address) : undefined;
  if (url?.hash !== '') return false;
  if (isOnOwnMachine(url) || url.protocol === 'https:') return true;
  return url.protocol === 'http:'
    ? listed.includes(url.origin)
    : [...programSchemes, ...listed].includes(url.protocol);
}

const isOnOwnMachine = (url: URL): boolean => url.protocol === 'http:' && isLoopback(url);

/** Any other address stays to the letter. */
export function withoutLoopbackPort(address: string): string {
  const url = new URL(address);
  if (!isOnOwnMachine(url)) return address;
  url.port = '';
  return url.href;
}
