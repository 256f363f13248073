import { once } from 'node:events';
import http, { type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import https from 'node:https';

interface RequestOptions {
  method?: string;
  headers?: OutgoingHttpHeaders;
  agent?: http.Agent | https.Agent;
  signal: AbortSignal;
}

/** One request on a connection of its own. The certificate is another check's. No redirect is followed. */
export async function send(url: URL, options: RequestOptions): Promise<IncomingMessage> {
  const { request } = url.protocol === 'https:' ? https : http;
  const sent = request(url, { agent: false, ...options, rejectUnauthorized: false });
  const answered = once(sent, 'response');
  sent.end();
  const [response] = (await answered) as [IncomingMessage];
  return response;
}

/** The time of a server, by the header of any answer. */
export async function readDateMs(url: URL, signal: AbortSignal): Promise<number> {
  const response = await send(url, { signal });
  response.destroy();
  return dateOf(response);
}

/** Servers cut the second off: half of one is the middle of what it may be. */
function dateOf({ headers: { date } }: IncomingMessage): number {
  const read = Date.parse(date ?? '');
  if (Number.isNaN(read)) throw new Error('the server tells no Date');
  return read + 500;
}
