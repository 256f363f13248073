import { ClientProblem, requireProblem, Unreachable } from './clientProblem.ts';
import type { Credentials, SignableRequest } from './credentials.ts';

export interface RequestDeps {
  /** Without a trailing slash. */
  baseUrl: string;
  fetch: typeof fetch;
  credentials: Credentials;
  /** Headers for every request; they are read when it is sent. */
  headers?: () => Record<string, string>;
  /** Changes each answer and message before it is read; default: as it came. */
  readText?: (text: string) => string;
  /** See `ClientConfig`. */
  provePresence?: () => Promise<boolean>;
}

export interface CallOptions {
  signal?: AbortSignal;
  /** Of one try. Default 30,000. */
  timeoutMs?: number;
}

export interface ApiRequest {
  method: string;
  /** The path together with its query. */
  path: string;
  headers?: Record<string, string>;
  body?: NonNullable<RequestInit['body']>;
  /** In place of a body that can be read once: made anew for each try. */
  content?: () => { body: ReadableStream; headers: Record<string, string> };
  /** Whether sending the request twice has the effect of once. */
  isRepeatable: boolean;
}

export const defaultTimeoutMs = 30_000;
const triesAtMost = 3;
/** The caller decides about longer waits. */
const longestWaitMs = 5_000;
const retryStatuses = [408, 429, 502, 503, 504];

/**
 * Sends a request with the credential; refreshes a refused one, has the person prove that it is them where that is
 * needed, and repeats the request if that is safe and soon enough.
 * @throws ClientProblem, Unreachable, or the signal's reason.
 */
export async function sendRequest(
  deps: RequestDeps,
  request: ApiRequest,
  options: CallOptions = {},
): Promise<Response> {
  let hasRenewed = false;
  let hasProven = false;
  for (let tries = 1; ; tries++) {
    options.signal?.throwIfAborted();
    let failure: ClientProblem | Unreachable;
    let presented: Record<string, string> = {};
    try {
      presented = await deps.credentials.headers(toSignable(request));
      const response = await sendOnce(deps, request, presented, options);
      if (response.ok) return response;
      failure = await requireProblem(response);
      // An earlier try took effect and its answer was lost.
      if (tries > 1 && request.method === 'DELETE' && response.status === 404) return new Response(null);
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      failure = error;
    }
    if (!hasRenewed && isRefused(failure) && (await deps.credentials.renew(presented))) {
      hasRenewed = true;
      continue;
    }
    if (!hasProven && isUnproven(failure) && (await deps.provePresence?.())) {
      hasProven = true;
      continue;
    }
    const waitMs = tries < triesAtMost && request.isRepeatable ? waitAfter(failure, tries) : undefined;
    if (waitMs === undefined) throw failure;
    await sleep(waitMs, options.signal);
  }
}

/** Credentials that sign are given no other bodies. */
const toSignable = ({ method, path, body }: ApiRequest): SignableRequest => ({
  method,
  path,
  ...(typeof body === 'string' || body instanceof Uint8Array
    ? { body: body as string | Uint8Array<ArrayBuffer> }
    : {}),
});

async function sendOnce(
  deps: RequestDeps,
  request: ApiRequest,
  presented: Record<string, string>,
  options: CallOptions,
): Promise<Response> {
  const timeout = AbortSignal.timeout(options.timeoutMs ?? defaultTimeoutMs);
  const signal = options.signal ? AbortSignal.any([options.signal, timeout]) : timeout;
  const content = request.content?.() ?? request;
  const headers = {
    ...deps.headers?.(),
    ...request.headers,
    ...content.headers,
    ...presented,
  };
  try {
    // fetch would throw the same, but Node's reads the form of an upload on the side and fails there, uncaught.
    signal.throwIfAborted();
    return await deps.fetch(`${deps.baseUrl}${request.path}`, {
      method: request.method,
      headers,
      signal,
      ...(content.body === undefined ? {} : { body: content.body }),
      ...(content.body instanceof ReadableStream ? { duplex: 'half' } : {}),
    });
  } catch (error) {
    options.signal?.throwIfAborted();
    const reason = timeout.aborted ? 'did not answer in time' : 'cannot be reached';
    throw new Unreachable(`The server ${reason}.`, { cause: error });
  }
}

/**
 * @throws Unreachable for a successful answer that is not JSON: it did not come from the API. Undefined for an empty
 * one.
 */
export async function readAnswer(
  { readText = (text) => text }: Pick<RequestDeps, 'readText'>,
  response: Response,
): Promise<unknown> {
  const text = readText(await response.text());
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch (error) {
    throw new Unreachable('Something else answered in place of the API.', { cause: error });
  }
}

const isUnproven = (failure: Error): boolean =>
  failure instanceof ClientProblem && failure.code === 'presence-required';

const isRefused = (failure: Error): boolean =>
  failure instanceof ClientProblem && failure.code === 'unauthenticated';

/** Undefined: do not repeat. The spread keeps clients that failed together from coming back together. */
function waitAfter(failure: ClientProblem | Unreachable, tries: number): number | undefined {
  const backOffMs = 250 * 2 ** tries * (0.5 + Math.random());
  if (failure instanceof Unreachable) return backOffMs;
  if (!retryStatuses.includes(failure.problem.status)) return undefined;
  const waitMs = Math.max(backOffMs, (failure.retryAfterSeconds ?? 0) * 1_000);
  return waitMs <= longestWaitMs ? waitMs : undefined;
}

export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    if (signal?.aborted) onAbort();
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
