import type { ProblemView } from '@star-graph/contract/problems';
import type { LiveEvent } from '@star-graph/core/work/events/liveEvent';
import { FrameImpl } from '@stomp/stompjs';
import { heartbeatMs } from './limits.ts';

const marshall = (command: string, headers: Record<string, string>, body = ''): Buffer =>
  Buffer.from(FrameImpl.marshall({ command, headers, body, escapeHeaderValues: true }) as string);

export const heartbeatFrame = Buffer.from('\n');

export const connectedFrame = (sessionId: string): Buffer =>
  marshall('CONNECTED', {
    version: '1.2',
    'heart-beat': `${heartbeatMs},${heartbeatMs}`,
    session: sessionId,
    server: 'star-graph',
  });

export const receiptFrame = (receiptId: string): Buffer => marshall('RECEIPT', { 'receipt-id': receiptId });

/** The body is the problem document; `message` repeats its title for clients that show only that. */
export const errorFrame = (problem: ProblemView, receiptId: string | undefined): Buffer =>
  marshall(
    'ERROR',
    {
      message: problem.title,
      version: '1.2',
      'content-type': 'application/problem+json',
      ...(receiptId === undefined ? {} : { 'receipt-id': receiptId }),
    },
    JSON.stringify(problem),
  );

/** Unique in every session: the number of messages that this process has made. */
let messageCount = 0;

export const messageFrame = (destination: string, subscriptionId: string, body: string): Buffer =>
  marshall(
    'MESSAGE',
    {
      destination,
      subscription: subscriptionId,
      'message-id': `m-${++messageCount}`,
      'content-type': 'application/json',
    },
    body,
  );

/** Events as one subscription gets them. Clients number alike, so most receivers of an event share one frame. */
export function createEventFrames(destination: string, subscriptionId: string): (event: LiveEvent) => Buffer {
  const key = `${destination}\n${subscriptionId}`;
  return (event) => {
    let frame = event.encoded.get(key);
    if (!frame) {
      frame = messageFrame(destination, subscriptionId, event.body);
      event.encoded.set(key, frame);
    }
    return frame;
  };
}
