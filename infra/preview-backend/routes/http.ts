import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Json, parseJson, stringifyJson } from '../json.ts';

/** One request on its way to a handler. */
export interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  /** Path without the `/api` prefix. */
  path: string;
  query: URLSearchParams;
  /** What the pattern's `{name}` parts matched, decoded. */
  params: Readonly<Record<string, string>>;
  maxBodyBytes: number;
}

export type Handler = (exchange: Exchange) => Promise<void> | void;

/** Every answer carries the recorded server's name. */
export const serverName = 'Python/3.13 aiohttp/3.11.16';

export function sendJson(exchange: Exchange, status: number, body: unknown): void {
  const text = Buffer.from(stringifyJson(body));
  exchange.response.writeHead(status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': text.length,
  });
  exchange.response.end(text);
}

/** A bare status, as `web.Response(status=…)` is. */
export function sendEmpty(exchange: Exchange, status = 200): void {
  exchange.response.writeHead(status, { 'Content-Length': 0 });
  exchange.response.end();
}

export function sendText(exchange: Exchange, status: number, text: string): void {
  exchange.response.writeHead(status, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
  });
  exchange.response.end(text);
}

/** What aiohttp answers to an exception in a handler; the connection ends with it. */
export function sendServerError(exchange: Exchange): void {
  exchange.response.setHeader('Connection', 'close');
  sendText(exchange, 500, '500 Internal Server Error\n\nServer got itself in trouble');
}

/** A handler's uncaught Python exception: answered with `sendServerError`. */
export class PythonException extends Error {}

/** A body over the limit: answered with 413. */
export class BodyTooLarge extends Error {
  readonly limitBytes: number;
  readonly actualBytes: number;
  constructor(limitBytes: number, actualBytes: number) {
    super(`Maximum request body size ${limitBytes} exceeded, actual body size ${actualBytes}`);
    this.limitBytes = limitBytes;
    this.actualBytes = actualBytes;
  }
}

export async function readBody(exchange: Exchange): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  const body: AsyncIterable<Buffer> = exchange.request.iterator({ destroyOnReturn: false });
  for await (const chunk of body) {
    size += chunk.length;
    if (size > exchange.maxBodyBytes) throw new BodyTooLarge(exchange.maxBodyBytes, size);
    chunks.push(chunk);
  }
  return chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
}

/** The body as JSON with any Content-Type; bad JSON is an uncaught exception in ComfyUI. */
export async function readJson(exchange: Exchange): Promise<Json> {
  const text = (await readBody(exchange)).toString('utf8');
  try {
    return parseJson(text);
  } catch {
    throw new PythonException('json.decoder.JSONDecodeError');
  }
}
