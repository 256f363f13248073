import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { Clock } from '../../ground/runtime/clock.ts';
import { ComfyFault, type OutputStream, type Refused } from '../comfy.ts';
import type { Access, ReadAccess } from './access.ts';
import type { BackendNetwork } from './network.ts';
import { createTimeLimit } from './timeLimit.ts';
import type { Dispatcher } from './undici.ts';

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

interface HttpConfig {
  /** Without user and password, and without a slash at its end. */
  base: string;
  readAccess: ReadAccess;
  network: BackendNetwork;
}

/** Statuses that a proxy sends by itself: they prove nothing about the server behind it. */
const proxyAnswers = [401, 403, 502, 503, 504];

/** Some proxies refuse a client that does not name itself. */
const ownHeaders = { accept: '*/*', 'user-agent': 'star-graph' };

interface Sending {
  method: 'GET' | 'POST';
  headers: Record<string, string>;
  body?: string | Readable;
}

/**
 * Not by `fetch`, which costs several times as much of the processor: a task sends some requests, and a backend is
 * asked all the time. `onAnswer` is called for every answer: any answer means that the server is alive.
 */
export function createComfyHttp(
  deps: { clock: Clock },
  { base, readAccess, network }: HttpConfig,
  onAnswer: () => void,
): ComfyHttp {
  async function send(path: string, sending: Sending, signal: AbortSignal): Promise<Answered> {
    try {
      const { origin, pathname, search } = new URL(`${base}${path}`);
      network.check(new URL(base));
      const { kind: sent, headers } = await readAccess();
      signal.throwIfAborted();
      // It follows no redirect: that could lead into other parts of the network, and the credentials are for this
      // server.
      const response = await network.dispatcher.request({
        ...sending,
        origin,
        path: pathname + search,
        headers: { ...ownHeaders, ...headers, ...sending.headers },
        signal,
      });
      const answered = { response, sent };
      if (isRedirect(response)) throw refuseRedirect(answered, path);
      if (!proxyAnswers.includes(response.statusCode)) onAnswer();
      return answered;
    } catch (error) {
      throw toFault(error, signal, path);
    }
  }

  async function request(path: string, options: RequestOptions): Promise<HttpAnswer> {
    const { method = 'GET', timeoutMs, signal: outer } = options;
    using limit = createTimeLimit(deps, { what: `${method} ${path}`, timeoutMs, outer });
    const answered = await send(path, { method, ...contentOf(options) }, limit.signal);
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
        const answered = await send(path, { method: 'GET', headers: {} }, limit.signal);
        return openStream(answered, path, maxBytes, limit);
      } catch (error) {
        limit[Symbol.dispose]();
        throw error;
      }
    },
  };
}

/** Lists of models are long, and compress well. */
const acceptsCompressed = { 'accept-encoding': 'gzip' };

function contentOf({ json, body }: RequestOptions): Omit<Sending, 'method'> {
  if (json !== undefined)
    return {
      body: JSON.stringify(json),
      headers: { ...acceptsCompressed, 'content-type': 'application/json' },
    };
  if (!body) return { headers: acceptsCompressed };
  return {
    body: Readable.from(body.stream()),
    headers: { ...acceptsCompressed, 'content-type': body.type, 'content-length': String(body.size) },
  };
}

type Response = Dispatcher.ResponseData;

interface Answered {
  response: Response;
  sent: Access['kind'];
}

const refusedBy = ({ response, sent }: Answered): Refused => ({
  status: response.statusCode,
  challenge: headerOf(response, 'www-authenticate'),
  location: headerOf(response, 'location'),
  sent,
});

function headerOf({ headers }: Response, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}

const isRedirect = ({ statusCode }: Response): boolean =>
  statusCode >= 300 && statusCode < 400 && statusCode !== 304;

function refuseRedirect(answered: Answered, path: string): ComfyFault {
  discardBody(answered.response);
  return new ComfyFault('refused', `${path}: a redirect`, refusedBy(answered));
}

/** Ends the connection with it. That is its error, which nobody waits for. */
const discardBody = ({ body }: Response): void => {
  body.on('error', () => undefined).destroy();
};

function toFault(error: unknown, signal: AbortSignal, path: string): Error {
  if (signal.aborted) return signal.reason;
  if (error instanceof ComfyFault) return error;
  return new ComfyFault('unreachable', `${path}: the connection failed`, { cause: error });
}

async function readText(response: Response, path: string, signal: AbortSignal): Promise<string> {
  const read = async (source: AsyncIterable<Buffer>) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of source) {
      bytes += chunk.length;
      if (bytes > maxJsonBytes) throw new ComfyFault('too-large', `${path}: more than ${maxJsonBytes} bytes`);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString('utf8');
  };
  try {
    const isCompressed = headerOf(response, 'content-encoding') === 'gzip';
    return await (isCompressed ? pipeline(response.body, createGunzip(), read) : read(response.body));
  } catch (error) {
    throw toFault(error, signal, path);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function openStream(
  answered: Answered,
  path: string,
  maxBytes: number,
  limit: ReturnType<typeof createTimeLimit>,
): OutputStream {
  const { response } = answered;
  const { statusCode: status, body } = response;
  const announced = headerOf(response, 'content-length');
  const bytes = announced === undefined ? undefined : Number(announced);
  const fault =
    status === 404
      ? new ComfyFault('file-gone', `${path}: the file is not there`, { status })
      : status !== 200
        ? new ComfyFault('refused', `${path}: HTTP ${status}`, refusedBy(answered))
        : (bytes ?? 0) > maxBytes
          ? new ComfyFault('too-large', `${path}: ${bytes} bytes, more than ${maxBytes}`)
          : undefined;
  if (fault) {
    discardBody(response);
    throw fault;
  }
  return {
    stream: limitStream(body, path, maxBytes, limit),
    bytes,
    mime: headerOf(response, 'content-type'),
  };
}

/** Reads on demand. The time limit runs only while the server owes a chunk, not while our reader is busy. */
function limitStream(
  body: Response['body'],
  path: string,
  maxBytes: number,
  limit: ReturnType<typeof createTimeLimit>,
): Readable {
  let bytes = 0;
  const stop = () => limit[Symbol.dispose]();
  const stream = new Readable({
    read() {
      limit.renew();
      body.resume();
    },
    destroy(error, done) {
      stop();
      body.destroy();
      done(error);
    },
  });
  // The reader may come after the stream has failed, and an error without a listener would end the process.
  stream.on('error', () => undefined);
  body.pause();
  body.on('data', (chunk: Buffer) => {
    stop();
    bytes += chunk.length;
    if (bytes > maxBytes) stream.destroy(new ComfyFault('too-large', `${path}: more than ${maxBytes} bytes`));
    else if (!stream.push(chunk)) body.pause();
  });
  body.on('end', () => stream.push(null));
  body.on('error', (error) => stream.destroy(toFault(error, limit.signal, path)));
  stop();
  return stream;
}
