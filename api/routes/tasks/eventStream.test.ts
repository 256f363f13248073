import { text } from 'node:stream/consumers';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { expect, test } from 'vitest';
import { readAsPython } from '../../testing/calls/pythonEvents.ts';
import { createEventStream } from './eventStream.ts';

/** A stream as it is written where there is a sign of life before, between and after the events. */
function write(options: { isResumable?: boolean }): Promise<string> {
  const stream = createEventStream(options);
  stream.keepAlive();
  stream.send({ id: '7', type: 'progress', data: '{"percent":1}' });
  stream.keepAlive();
  stream.send({ data: '[DONE]' });
  stream.keepAlive();
  stream.end();
  return text(stream.body);
}

test.each([{ isResumable: true }, { isResumable: false }])(
  "Python's clients read the events of a stream and nothing else: %o",
  async ({ isResumable }) => {
    expect(readAsPython(await write({ isResumable }))).toEqual([
      { event: 'progress', data: '{"percent":1}', retry: isResumable ? 1_000 : undefined },
      { event: undefined, data: '[DONE]', retry: undefined },
    ]);
  },
);

test('a browser learns the delay before it comes back, and reads the same events', async () => {
  const events: EventSourceMessage[] = [];
  const delays: number[] = [];
  const parser = createParser({
    onEvent: (event) => events.push(event),
    onRetry: (delay) => delays.push(delay),
  });
  parser.feed(await write({ isResumable: true }));
  expect(delays).toEqual([1_000]);
  expect(events).toEqual([
    { id: '7', event: 'progress', data: '{"percent":1}' },
    { id: undefined, event: undefined, data: '[DONE]' },
  ]);
});

test.each([true, false])('the first bytes of a stream do not wait for an event', (isResumable) => {
  expect(createEventStream({ isResumable }).body.readableLength).toBeGreaterThan(0);
});
