import { holdRaw } from '../../testing/calls/rawSocket.ts';

/** A request as a client's HTTP library writes it. */
export interface Sent {
  method?: 'GET' | 'POST';
  path: string;
  /** In the order and the letters of the client. */
  headers: readonly string[];
  body?: Buffer | string;
}

interface Replayed<Body> {
  status: number;
  head: string;
  body: Body;
}

/** Sends it to the byte, on a connection that stays open as theirs do, and reads JSON. */
export async function replay<Body>(url: string, sent: Sent): Promise<Replayed<Body>> {
  const { body, ...rest } = await replayText(url, sent);
  return { ...rest, body: JSON.parse(body) };
}

/** Likewise, whatever the answer says. */
export async function replayText(
  url: string,
  { method = 'POST', path, headers, body = '' }: Sent,
): Promise<Replayed<string>> {
  const head = [`${method} ${path} HTTP/1.1`, `Host: ${new URL(url).host}`, ...headers];
  const length = method === 'GET' ? [] : [`Content-Length: ${Buffer.byteLength(body)}`];
  const request = Buffer.concat([
    Buffer.from(`${[...head, ...length].join('\r\n')}\r\n\r\n`),
    Buffer.from(body),
  ]);
  const answer = await holdRaw(url, request);
  const bodyAt = answer.indexOf('\r\n\r\n') + 4;
  return {
    status: Number(answer.slice(9, 12)),
    head: answer.slice(0, bodyAt),
    body: answer.slice(bodyAt),
  };
}
