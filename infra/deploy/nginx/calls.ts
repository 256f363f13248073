import { once } from 'node:events';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { type RequestOptions, request } from 'node:https';
import { buffer } from 'node:stream/consumers';
import { type ConnectionOptions, connect } from 'node:tls';
import { testAuthority } from '@star-graph/core/testing/services/certificates';

export interface HttpsCall {
  method?: string;
  token?: string;
  headers?: Record<string, string>;
  /** Sent as it is; an object as JSON. */
  body?: Buffer | object;
  /** The address that the call comes from: all of 127.0.0.0/8 is this machine. */
  from?: string;
}

export interface HttpsAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  /** Names and values as they came, repeated ones too. */
  rawHeaders: string[];
  bytes: Buffer;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of many shapes
  json(): any;
}

/** Opens a request to a server that the test's authority certified. */
export function openCall(url: string, { method, token, headers, from }: HttpsCall = {}) {
  const options: RequestOptions = {
    ca: testAuthority,
    agent: false,
    family: 4,
    method: method ?? 'GET',
    headers: { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...headers },
    ...(from === undefined ? {} : { localAddress: from }),
  };
  return request(url, options);
}

export async function call(url: string, options: HttpsCall = {}): Promise<HttpsAnswer> {
  const { body } = options;
  const bytes = body === undefined || Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
  const type: Record<string, string> = bytes === body ? {} : { 'content-type': 'application/json' };
  const method = options.method ?? (bytes === undefined ? 'GET' : 'POST');
  const sending = openCall(url, { ...options, method, headers: { ...type, ...options.headers } });
  // An answer may come before the body is sent, and end the connection; without an answer, waiting for it fails.
  const answered = once(sending, 'response');
  sending.on('error', () => undefined);
  sending.end(bytes);
  const [response] = (await answered) as [IncomingMessage];
  const received = await buffer(response);
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    rawHeaders: response.rawHeaders,
    bytes: received,
    json: () => JSON.parse(received.toString()),
  };
}

/** A form with one file, as `multipart/form-data`. */
export function formOf(bytes: Buffer): { headers: Record<string, string>; body: Buffer } {
  const boundary = 'boundary-of-the-test';
  const head = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n`;
  return {
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    body: Buffer.concat([Buffer.from(head), bytes, Buffer.from(`\r\n--${boundary}--\r\n`)]),
  };
}

/** @returns the version of TLS. */
export async function shakeHands(url: string, options: ConnectionOptions): Promise<string | null> {
  const socket = connect({
    host: '127.0.0.1',
    port: Number(new URL(url).port),
    ca: testAuthority,
    ...options,
  });
  await once(socket, 'secureConnect');
  const protocol = socket.getProtocol();
  socket.destroy();
  return protocol;
}
