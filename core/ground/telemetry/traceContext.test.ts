import { expect, test } from 'vitest';
import { formatTraceparent, newTraceContext, parseTraceparent } from './traceContext.ts';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const spanId = '00f067aa0ba902b7';

test('a traceparent is read as it was written', () => {
  const made = newTraceContext();
  expect(parseTraceparent(formatTraceparent(made))).toEqual(made);
  expect(parseTraceparent(`00-${traceId}-${spanId}-01`)).toEqual({ traceId, spanId, isSampled: true });
  expect(parseTraceparent(`00-${traceId}-${spanId}-02`)).toMatchObject({ isSampled: false });
  // A later version may add fields behind those that are known.
  expect(parseTraceparent(`cc-${traceId}-${spanId}-01-what`)).toMatchObject({ traceId });
});

test.each([
  ['nothing', null],
  ['an empty text', ''],
  ['words', 'not a trace'],
  ['a version that cannot be', `ff-${traceId}-${spanId}-01`],
  ['an empty trace', `00-${'0'.repeat(32)}-${spanId}-01`],
  ['an empty span', `00-${traceId}-${'0'.repeat(16)}-01`],
  ['capitals', `00-${traceId.toUpperCase()}-${spanId}-01`],
  ['a trace that is too short', `00-${traceId.slice(1)}-${spanId}-01`],
  ['fields that version 00 lacks', `00-${traceId}-${spanId}-01-what`],
  ['a line of its own behind it', `00-${traceId}-${spanId}-01\n`],
  ['megabytes', `cc-${traceId}-${spanId}-01-${'x'.repeat(1_000_000)}`],
])('%s is no traceparent', (_what, text) => {
  expect(parseTraceparent(text)).toBeUndefined();
});
