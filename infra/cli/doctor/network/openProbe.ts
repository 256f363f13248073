import type { IncomingMessage } from 'node:http';
import { type Arrival, arrivalSchema } from '@star-graph/core/desk/doctor/arrival';
import type { ConnectionTicket } from '@star-graph/core/desk/doctor/connectionTicket';
import { send } from '../network/request.ts';

/** Of the block for documentation: no client has it. A proxy must not believe it. */
export const forgedAddress = '198.51.100.77';

export type Probe =
  | { kind: 'arrival'; arrival: Arrival; isBuffered: boolean }
  /** What answers does not know the ticket. */
  | { kind: 'stranger'; status: number }
  | { kind: 'redirect'; to: string }
  /** A proxy without an API behind it. */
  | { kind: 'empty'; status: number };

/** Asks for the events of `GET /api/public/connection` at an address. @throws what the network says. */
export async function openProbe(
  baseUrl: string,
  { ticket, proof }: ConnectionTicket,
  signal: AbortSignal,
): Promise<Probe> {
  const response = await send(new URL(`${baseUrl}/api/public/connection?ticket=${ticket}`), {
    headers: { accept: 'text/event-stream', 'x-forwarded-for': forgedAddress },
    signal,
  });
  const status = response.statusCode ?? 0;
  const { location } = response.headers;
  if (status >= 300 && status < 400 && location) {
    response.destroy();
    return { kind: 'redirect', to: new URL(location, baseUrl).origin };
  }
  if (status >= 502 && status <= 504) {
    response.destroy();
    return { kind: 'empty', status };
  }
  if (status !== 200 || !response.headers['content-type']?.startsWith('text/event-stream')) {
    response.destroy();
    return { kind: 'stranger', status };
  }
  const { first, isWhole } = await readFirst(response);
  const data = /^data: (.*)$/m.exec(first)?.[1];
  const read = arrivalSchema.safeParse(JSON.parse(data ?? 'null'));
  if (!read.success || read.data.proof !== proof) return { kind: 'stranger', status };
  return { kind: 'arrival', arrival: read.data, isBuffered: isWhole };
}

/**
 * Until there is a whole event that tells something. The server sends the end seconds later: if it is there in the same
 * moment, somebody between held the first event back.
 */
async function readFirst(response: IncomingMessage): Promise<{ first: string; isWhole: boolean }> {
  let text = '';
  for await (const chunk of response) {
    text += String(chunk);
    if (/^data: .*\n\n/m.test(text)) break;
  }
  return { first: text, isWhole: text.includes('event: end') };
}
