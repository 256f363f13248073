import type { Clock } from '../../runtime/clock.ts';
import { ComfyFault, type OutputStream, type Refused } from '../comfy.ts';
import type { Access, ReadAccess } from './access.ts';
import type { BackendNetwork } from './network.ts';
import { createTimeLimit } from './timeLimit.ts';
import { fetch, type RequestInit, type Response } from './undici.ts';

/** Larger than the inventory of a server with many custom nodes, and than a queue full of other clients' graphs. */
const maxJsonBytes = 64 * 1024 * 1024;

export interface HttpAnswer extends Refused {
  /** Undefined where the body is not JSON: ComfyUI answers its own errors in plain text. */
  json: unknown;
}

interface RequestOptions {
  method?: 'GET' | 'POST';
  /** Sent as JSON. */
  json?: unknown;
  /** Its type is the content type. Never a `FormData`: see `multipartBody`. */
  body?: Blob;
  timeoutMs: number;
  signal?: AbortSignal | undefined;
}

export interface ComfyHttp {
  /** Any status is an answer. Rejects with a `ComfyFault`, or with the signal's reason. */
  request(path: string, options: RequestOptions): Promise<HttpAnswer>;
  /** Like `request`, but any answer other than 200 with JSON rejects too. */
  requireJson(path: string, options: RequestOptions): Promise<unknown>;
  stream(
    path: string,
    options: { maxBytes: number; stallMs: number; signal?: AbortSignal | undefined },
  ): Promise<OutputStream>;
}

export interface HttpConfig {
  /** Without user and password, and without a slash at its end. */
  base: string;
  readAccess: ReadAccess;
  network: BackendNetwork;
}

/** Statuses that a proxy sends by itself: they prove nothing about the server behind it. */
const proxyAnswers = [401, 403, 502, 503, 504];

/** `onAnswer` is called for every answer: any answer means that the server is alive. */
export function createComfyHttp(
  deps: { clock: Clock },
  { base, readAccess, network }: HttpConfig,
  onAnswer: () => void,
): ComfyHttp {
  async function send(path: string, init: RequestInit, signal: AbortSignal): Promise<Answered> {
    try {
      network.check(new URL(base));
      const { kind: sent, headers } = await readAccess();
      signal.throwIfAborted();
      // A redirect could lead into other parts of the network, and the credentials are for this server.
      const response = await fetch(`${base}${path}`, {
        ...init,
        headers: { ...headers, ...(init.headers as Record<string, string> | undefined) },
        signal,
        redirect: 'manual',
        dispatcher: network.dispatcher,
      });
      if (isRedirect(response)) throw await refuseRedirect(response, path, sent);
      if (!proxyAnswers.includes(response.status)) onAnswer();
      return { response, sent };
    } catch (error) {
      throw toFault(error, signal, path);
    }
  }

  async function request(path: string, options: RequestOptions): Promise<HttpAnswer> {
    const { method = 'GET', json, body, timeoutMs, signal: outer } = options;
    using limit = createTimeLimit(deps, { what: `${method} ${path}`, timeoutMs, outer });
    const init: RequestInit = { method };
    if (json !== undefined) {
      init.body = JSON.stringify(json);
      init.headers = { 'content-type': 'application/json' };
    } else if (body) init.body = body;
    const answered = await send(path, init, limit.signal);
    const text = await readText(answered.response, path, limit.signal);
    return { ...refusedBy(answered), json: parseJson(text) };
  }

  return {
    request,
    async requireJson(path, options) {
      const answer = await request(path, options);
      if (answer.status !== 200) {
        const { json: _, ...refused } = answer;
        throw new ComfyFault('refused', `${path}: HTTP ${answer.status}`, refused);
      }
      if (answer.json === undefined) throw new ComfyFault('malformed', `${path}: the answer is not JSON`);
      return answer.json;
    },
    async stream(path, { maxBytes, stallMs, signal: outer }) {
      const limit = createTimeLimit(deps, { what: `GET ${path}`, timeoutMs: stallMs, outer });
      try {
        const answered = await send(path, {}, limit.signal);
        return await openStream(answered, path, maxBytes, limit);
      } catch (error) {
        limit[Symbol.dispose]();
        throw error;
      }
    },
  };
}

interface Answered {
  response: Response;
  sent: Access['kind'];
}

const refusedBy = ({ response: { status, headers }, sent }: Answered): Refused => ({
  status,
  challenge: headers.get('www-authenticate') ?? undefined,
  location: headers.get('location') ?? undefined,
  sent,
});

const isRedirect = ({ status }: Response): boolean => status >= 300 && status < 400 && status !== 304;

async function refuseRedirect(response: Response, path: string, sent: Access['kind']): Promise<ComfyFault> {
  await response.body?.cancel();
  return new ComfyFault('refused', `${path}: a redirect`, refusedBy({ response, sent }));
}

function toFault(error: unknown, signal: AbortSignal, path: string): unknown {
  if (signal.aborted) return signal.reason;
  if (error instanceof ComfyFault) return error;
  return new ComfyFault('unreachable', `${path}: the connection failed`, { cause: error });
}

async function readText(response: Response, path: string, signal: AbortSignal): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  try {
    for await (const chunk of response.body ?? []) {
      bytes += chunk.byteLength;
      if (bytes > maxJsonBytes) throw new ComfyFault('too-large', `${path}: more than ${maxJsonBytes} bytes`);
      text += decoder.decode(chunk, { stream: true });
    }
  } catch (error) {
    throw toFault(error, signal, path);
  }
  return text + decoder.decode();
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function openStream(
  answered: Answered,
  path: string,
  maxBytes: number,
  limit: ReturnType<typeof createTimeLimit>,
): Promise<OutputStream> {
  const { response } = answered;
  const announced = response.headers.get('content-length');
  const bytes = announced === null ? undefined : Number(announced);
  const fault =
    response.status === 404
      ? new ComfyFault('file-gone', `${path}: the file is not there`, { status: 404 })
      : response.status !== 200 || !response.body
        ? new ComfyFault('refused', `${path}: HTTP ${response.status}`, refusedBy(answered))
        : (bytes ?? 0) > maxBytes
          ? new ComfyFault('too-large', `${path}: ${bytes} bytes, more than ${maxBytes}`)
          : undefined;
  if (fault || !response.body) {
    await response.body?.cancel();
    throw fault;
  }
  return {
    stream: limitStream(response.body, path, maxBytes, limit),
    bytes,
    mime: response.headers.get('content-type') ?? undefined,
  };
}

/** Reads on demand. The time limit runs only while the server owes a chunk, not while our reader is busy. */
function limitStream(
  body: ReadableStream<Uint8Array>,
  path: string,
  maxBytes: number,
  limit: ReturnType<typeof createTimeLimit>,
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  let bytes = 0;
  limit[Symbol.dispose]();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        limit.renew();
        try {
          const { done, value } = await reader.read();
          if (done) return controller.close();
          bytes += value.byteLength;
          if (bytes > maxBytes) throw new ComfyFault('too-large', `${path}: more than ${maxBytes} bytes`);
          controller.enqueue(value);
        } catch (error) {
          await reader.cancel(error).catch(() => undefined); // The connection is gone already.
          throw toFault(error, limit.signal, path);
        } finally {
          limit[Symbol.dispose]();
        }
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}
