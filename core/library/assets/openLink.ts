import type { lookup } from 'node:dns';
import type { Readable } from 'node:stream';
import { uploadRefusals } from '@star-graph/workflows/shared/uploadRules';
import { Agent, type Dispatcher } from '../../comfy/http/undici.ts';
import { Problem } from '../../ground/errors.ts';
import { createCheckedLookup, isForbiddenLiteral } from '../../ground/runtime/checkedLookup.ts';

export interface LinkDeps {
  /** `isPublicAddress`; another rule in tests. */
  isAllowedAddress(address: string): boolean;
  /** Another resolver, in tests. */
  resolve?: typeof lookup;
  /** The certificate of an authority that signed for the other side, in tests. */
  authority?: string;
}

/** What a link may cost, wherever it leads. */
interface LinkBounds {
  limitBytes: number;
  /** From the first connection to the last byte, redirects included. */
  timeoutMs: number;
  signal: AbortSignal;
}

/** The bytes behind a link, while the scope lasts. */
interface OpenedLink extends AsyncDisposable {
  body: Readable;
  /** Ends the reader with the person or the time. */
  signal: AbortSignal;
  /** The words for a reader's error that the link is to blame for; any other error as it is. */
  explain(error: unknown): unknown;
}

const mostRedirects = 5;
const mostCharacters = 2_000;
const redirects = [301, 302, 303, 307, 308];

const wrongLink = (fault: string, cause?: unknown) =>
  new Problem('invalid-params', `${fault} Check the link, or save the picture and upload it.`, {
    errors: [{ pointer: '/url', message: fault }],
    cause,
  });
const notPublic = () => wrongLink('This link does not lead to the public internet.');
const tooSlow = (cause?: unknown) => wrongLink('The other server took too long.', cause);

/**
 * Asks for what a link leads to, by GET and without anybody's credentials. Only addresses of the public internet are
 * connected to: each name is resolved here, and the socket goes to the checked address even if the name changes a
 * moment later. Every redirect is checked like the link itself.
 * @throws Problem `invalid-params`, `too-large` where the length says so, `unsupported-media` for a page.
 */
export async function openLink(deps: LinkDeps, address: string, bounds: LinkBounds): Promise<OpenedLink> {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), bounds.timeoutMs);
  const signal = AbortSignal.any([bounds.signal, limit.signal]);
  const explain = (error: unknown) => {
    if (error instanceof Problem) return error;
    if (bounds.signal.aborted) return bounds.signal.reason;
    return limit.signal.aborted ? tooSlow(error) : explainFault(error);
  };
  try {
    const { agent, body } = await follow(deps, parseLink(address), bounds.limitBytes, signal);
    let isBroken = false;
    body.once('error', () => {
      isBroken = true;
    });
    // What is done with the bytes has limits of its own.
    body.once('close', () => clearTimeout(timer));
    return {
      body,
      signal,
      explain: (error) => (isBroken || signal.aborted ? explain(error) : error),
      async [Symbol.asyncDispose]() {
        clearTimeout(timer);
        await agent.destroy();
      },
    };
  } catch (error) {
    clearTimeout(timer);
    throw explain(error);
  }
}

/** The answer behind all redirects. */
async function follow(deps: LinkDeps, link: URL, limitBytes: number, signal: AbortSignal) {
  let url = link;
  for (let followed = 0; followed <= mostRedirects; followed++) {
    const { agent, answer } = await ask(deps, url, signal);
    // It is broken off where it is not read to its end.
    answer.body.on('error', () => undefined);
    try {
      const next = redirectOf(answer);
      if (next === undefined) {
        requirePicture(answer, limitBytes);
        return { agent, body: answer.body };
      }
      url = parseLink(next, url);
    } catch (error) {
      await agent.destroy();
      throw error;
    }
    await agent.destroy();
  }
  throw wrongLink('This link leads on and on.');
}

function parseLink(text: string, base?: URL): URL {
  const url = URL.canParse(text, base?.href) ? new URL(text, base) : undefined;
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:'))
    throw wrongLink('This is not an http or https link.');
  if (url.username !== '' || url.password !== '')
    throw wrongLink('Leave user name and password out of the link.');
  if (url.href.length > mostCharacters)
    throw wrongLink(`This link is longer than ${mostCharacters} characters.`);
  return url;
}

async function ask({ isAllowedAddress, resolve }: LinkDeps, url: URL, signal: AbortSignal) {
  const check = { isAllowedAddress, forbidden: notPublic };
  if (isForbiddenLiteral(check, url)) throw notPublic();
  // One agent for each request: no kept connection outlives the check of its address.
  const agent = new Agent({ allowH2: false, connect: { lookup: createCheckedLookup(check, resolve) } });
  try {
    const answer = await agent.request({
      origin: url.origin,
      path: `${url.pathname}${url.search}`,
      method: 'GET',
      headers: {
        accept: 'image/*, video/*',
        'accept-encoding': 'identity',
        // Some hosts of pictures refuse whoever does not say what they are.
        'user-agent': 'Star-Graph-Import/1',
      },
      signal,
    });
    return { agent, answer };
  } catch (error) {
    await agent.destroy();
    throw error;
  }
}

type Answer = Pick<Dispatcher.ResponseData, 'statusCode' | 'headers'>;

const headerOf = ({ headers }: Answer, name: string): string | undefined => {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
};

const redirectOf = (answer: Answer): string | undefined =>
  redirects.includes(answer.statusCode) ? headerOf(answer, 'location') : undefined;

/** What it is, its bytes decide; a page and a length that is too much are refused before anything is read. */
function requirePicture(answer: Answer, limitBytes: number): void {
  if (answer.statusCode !== 200)
    throw wrongLink(`The other server does not give it away (${answer.statusCode}).`);
  if (/^(text\/html|application\/xhtml)/i.test(headerOf(answer, 'content-type') ?? ''))
    throw new Problem(
      'unsupported-media',
      'There is a page behind this link, not a picture. Copy the link of the picture itself, or save it and upload it.',
    );
  if (Number(headerOf(answer, 'content-length') ?? 0) > limitBytes)
    throw new Problem('too-large', uploadRefusals.bytes(limitBytes));
}

function explainFault(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (/^(ENOTFOUND|EAI_)/.test(code)) return wrongLink('The name in this link was not found.', error);
  if (/TIMEOUT|ETIMEDOUT/.test(code)) return tooSlow(error);
  return wrongLink('The other server did not answer as it should.', error);
}
