import { text } from 'node:stream/consumers';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { expect, test } from 'vitest';
import { readAsPython } from '../../testing/calls/pythonEvents.ts';
import { createEventStream } from './eventStream.ts';

/** A stream as it is written where there is a sign of life before, between and after the events. */
function write(options: Parameters<typeof createEventStream>[0] = {}): Promise<string> {
  const stream = createEventStream(options);
  stream.keepAlive();
  stream.send({ id: '7', type: 'progress', data: '{"percent":1}' });
  stream.keepAlive();
  stream.send({ data: '[DONE]' });
  stream.keepAlive();
  stream.end();
  return text(stream.body);
}

const signOfLife = () => ({ type: 'progress', data: '{}' });

test("Python's clients read the events of a stream and nothing else", async () => {
  expect(readAsPython(await write())).toEqual([
    { event: 'progress', data: '{"percent":1}', retry: 1_000 },
    { event: undefined, data: '[DONE]', retry: undefined },
  ]);
});

test('a stream in the words of another protocol has no line of ours, not even as a sign of life', async () => {
  const alive = 'event: progress\ndata: {}\n\n';
  expect(await write({ signOfLife })).toBe(
    `${alive}id: 7\nevent: progress\ndata: {"percent":1}\n\n${alive}data: [DONE]\n\n${alive}`,
  );
});

test('a browser learns the delay before it comes back, and reads the same events', async () => {
  const events: EventSourceMessage[] = [];
  const delays: number[] = [];
  const parser = createParser({
    onEvent: (event) => events.push(event),
    onRetry: (delay) => delays.push(delay),
  });
  parser.feed(await write());
  expect(delays).toEqual([1_000]);
  expect(events).toEqual([
    { id: '7', event: 'progress', data: '{"percent":1}' },
    { id: undefined, event: undefined, data: '[DONE]' },
  ]);
});
