import { context, ROOT_CONTEXT, TraceFlags, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createBoundedLabel, defineCounter, defineDurations } from './define.ts';
import { chooseFormat, readMetrics } from './readMetrics.ts';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const ofTrace = (traceFlags: TraceFlags) =>
  trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId: '00f067aa0ba902b7', traceFlags });

const requests = defineCounter({ name: 'star_graph_test_total', help: 'A counter', labels: ['route'] });
const durations = defineDurations({
  name: 'star_graph_test_seconds',
  help: 'A histogram',
  labels: ['route'],
  buckets: [1],
});

beforeAll(() => void context.setGlobalContextManager(new AsyncLocalStorageContextManager()));
afterAll(() => context.disable());

test('a duration names its trace in OpenMetrics, and nothing in the text', async () => {
  context.with(ofTrace(TraceFlags.SAMPLED), () => durations.observe({ route: '/a' }, 0.5));
  context.with(ofTrace(TraceFlags.NONE), () => durations.observe({ route: '/b' }, 0.5));
  const open = await readMetrics('openmetrics');
  const bucket = (route: string) => `star_graph_test_seconds_bucket{le="1",route="${route}"} 1`;
  expect(open.text).toContain(`${bucket('/a')} # {trace_id="${traceId}"} 0.5`);
  expect(open.text).toContain(`${bucket('/b')}\n`);
  expect(open.text.endsWith('# EOF\n')).toBe(true);
  const { type, text } = await readMetrics('text');
  expect(text).toContain(`${bucket('/a')}\n`);
  expect(type).toBe('text/plain; version=0.0.4; charset=utf-8');
});

test('both formats name a counter alike, in any order of reading', async () => {
  requests.inc({ route: '/a' });
  const texts = await Promise.all((['openmetrics', 'text', 'openmetrics', 'text'] as const).map(readMetrics));
  for (const { text } of texts) expect(text).toContain('star_graph_test_total{route="/a"} 1');
  expect(texts[1]?.text).toContain('# TYPE star_graph_test_total counter');
  expect(texts[2]?.text).toContain('# TYPE star_graph_test counter');
});

test.each([
  [undefined, 'text'],
  ['*/*', 'text'],
  ['text/plain;version=0.0.4;q=0.5', 'text'],
  ['application/openmetrics-text;version=1.0.0;q=0.6,text/plain;q=0.5', 'openmetrics'],
  ['text/plain, application/openmetrics-text;q=0', 'text'],
] as const)('a reader gets the format that it asks for: %s', (accept, format) => {
  expect(chooseFormat(accept)).toBe(format);
});

test("an operator's label has a bounded number of values", () => {
  const label = createBoundedLabel(2);
  expect(['a', 'b', 'c', 'a'].map(label)).toEqual(['a', 'b', 'other', 'a']);
  expect(createBoundedLabel(1)('x'.repeat(1_000))).toHaveLength(100);
});
