import type { CredentialKind } from '@star-graph/workflows/shared/backendCredentials';
import type { ComfyFault } from '../comfy.ts';
import { ForbiddenAddress } from './network.ts';
import { errors } from './undici.ts';

/**
 * A fault in a sentence for an operator: what was seen, and what to do about it. It names the server's address and
 * never the credentials.
 * @param base the address without user and password.
 */
export function explainFault(fault: ComfyFault, base: string): string {
  const { host } = new URL(base);
  for (const cause of causesOf(fault)) {
    if (cause instanceof ForbiddenAddress)
      return `${host} leads to a link-local or metadata address, where no GPU server may be. Correct the address, or what the name resolves to.`;
    if (cause instanceof SecretUnreadable) return cause.message;
    const code = codeOf(cause);
    const sentence = code === undefined ? undefined : explainCode(code, base);
    if (sentence !== undefined) return sentence;
  }
  switch (fault.kind) {
    case 'refused':
    case 'file-gone':
      return explainRefusal(fault, host);
    case 'timed-out':
      return `${host} gave no answer in time. It hangs, is overloaded, or a firewall drops what is sent to it.`;
    case 'malformed':
      return `What answers at ${base} is not ComfyUI. Correct the address, the path after the host included.`;
    case 'too-large':
      return `${host} answered with more than a ComfyUI says (${fault.message}). Correct the address.`;
    case 'unreachable':
      return `${host} ended the connection without an answer. If it speaks HTTPS, let the address begin with https://; otherwise read the log of ComfyUI, or of the proxy before it.`;
  }
}

/** A backend's credentials are kept, and cannot be read. The message is a sentence for the operator. */
export class SecretUnreadable extends Error {
  constructor(sentence: string, options: { cause: unknown }) {
    super(sentence, options);
    this.name = 'SecretUnreadable';
  }
}

function* causesOf(error: unknown, depth = 0): Generator<Error> {
  if (!(error instanceof Error) || depth > 5) return;
  yield error;
  // One try for each address of a name.
  if (error instanceof AggregateError) for (const one of error.errors) yield* causesOf(one, depth + 1);
  yield* causesOf(error.cause, depth + 1);
}

function codeOf(error: Error): string | undefined {
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error instanceof errors.HTTPParserError ? 'HPE_INVALID' : undefined;
}

const unknownAuthority = [
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
];

function explainCode(code: string, base: string): string | undefined {
  const { host, hostname } = new URL(base);
  if (unknownAuthority.includes(code))
    return `The certificate of ${host} is from an authority that is not known here (${code}). Name the file with that authority's certificate in COMFYUI_CA_FILE and restart the dispatchers.`;
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID')
    return `The certificate of ${host} is not valid today (${code}). Renew it, or set the clock right.`;
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return `The certificate of ${host} is for another name. Use the name that stands in it, or have one made for ${hostname}.`;
  if (code === 'EPROTO' || code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_'))
    return `${host} does not speak HTTPS as we do (${code}). If it speaks plain HTTP, let the address begin with http://.`;
  if (code.startsWith('HPE_') || code.startsWith('ERR_HTTP_'))
    return `What answers at ${host} does not speak HTTP (${code}). Correct the port; if it speaks HTTPS, let the address begin with https://.`;
  return explainNetwork(code, host, hostname);
}

function explainNetwork(code: string, host: string, hostname: string): string | undefined {
  switch (code) {
    case 'ECONNREFUSED':
      return `Nothing listens at ${host}. Start ComfyUI there, with --listen if it is on another machine, or correct the address.`;
    case 'ENOTFOUND':
      return `There is no machine named ${hostname}. Correct the name, or make it known to the DNS of the dispatchers.`;
    case 'EAI_AGAIN':
      return `The DNS gave no answer about ${hostname}. See whether the dispatchers reach their DNS server.`;
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EHOSTDOWN':
    case 'ENETDOWN':
      return `There is no way to ${host} (${code}). The machine is off, or its network is not reached from the dispatchers.`;
    case 'ETIMEDOUT':
    case 'UND_ERR_CONNECT_TIMEOUT':
      return `${host} does not take the connection in time. The machine is off, or a firewall drops what is sent to it.`;
    default:
      return undefined;
  }
}

const sentAs: Record<CredentialKind, string> = {
  basic: 'the user name or the password',
  bearer: 'the bearer token',
  header: 'the header credentials',
};

function explainRefusal({ message, refused }: ComfyFault, host: string): string {
  const { status = 0, location } = refused;
  if (status >= 300 && status < 400) return explainRedirect(status, location, host);
  if (status === 401) return explainChallenge(refused, host);
  if (status === 403)
    return refused.sent === undefined || refused.sent === 'none'
      ? `${host} forbids the request (HTTP 403). If a proxy before it wants credentials, set them for this server.`
      : `${host} forbids the request (HTTP 403): it does not take ${sentAs[refused.sent]} that are set, or not from here.`;
  if (status === 404)
    return `There is no ComfyUI at this address: ${message}. Correct the port or the path after the host, or let the proxy before it pass WebSockets on.`;
  if (status >= 502 && status <= 504)
    return `The proxy at ${host} does not reach its ComfyUI (HTTP ${status}). Start ComfyUI behind it.`;
  return `${host} answers with an error (${message}). Read the log of ComfyUI, or of the proxy before it.`;
}

function explainRedirect(status: number, location: string | undefined, host: string): string {
  const target = location === undefined ? null : URL.parse(location, `http://${host}`);
  const where = target ? ` to ${target.origin}` : '';
  return `${host} redirects${where} (HTTP ${status}), which is not followed: it may be a sign-in page, or another address of the server. Give the address that answers by itself.`;
}

function explainChallenge({ challenge = '', sent = 'none' }: ComfyFault['refused'], host: string): string {
  const scheme = /^\s*([a-z]+)/i.exec(challenge)?.[1]?.toLowerCase();
  const wanted =
    scheme === 'basic'
      ? 'a user name and a password'
      : scheme === 'bearer'
        ? 'a bearer token'
        : 'credentials';
  if (sent === 'none')
    return `${host} wants ${wanted} (HTTP 401), and none are set. Set credentials for this server.`;
  if ((scheme === 'basic' || scheme === 'bearer') && sent !== scheme)
    return `${host} wants ${wanted} (HTTP 401), and what is set for it is of the kind "${sent}". Set its credentials anew.`;
  return `${host} refuses ${sentAs[sent]} (HTTP 401). Set its credentials anew.`;
}
