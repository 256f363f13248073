import { type ReadableSpan, type SpanExporter, TracerProvider } from '@opentelemetry/sdk-trace';
import pino from 'pino';
import { expect, test } from 'vitest';
import { boundedExport, mostWaiting } from './boundedExport.ts';
import { registry } from './define.ts';

interface Batch {
  spans: ReadableSpan[];
  /** Answers for the receiver: 0 is well. */
  answer(code: 0 | 1): void;
}

/** A receiver that answers when the test says so. */
function setUp() {
  const batches: Batch[] = [];
  const lines: string[] = [];
  const exporter: SpanExporter = {
    export: (spans, done) => void batches.push({ spans, answer: (code) => done({ code }) }),
    shutdown: async () => undefined,
  };
  const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(line) });
  const processor = boundedExport({ log, exporter, exportTimeoutMs: 60_000 });
  const tracer = new TracerProvider({ spanProcessors: [processor] }).getTracer('test');
  const make = (count: number) => {
    for (let made = 0; made < count; made++) tracer.startSpan('a span').end();
  };
  return { batches, lines, make, processor };
}

async function counted(): Promise<Record<string, number>> {
  const values = await registry.getSingleMetric('star_graph_trace_spans_total')?.get();
  return Object.fromEntries(
    (values?.values ?? []).map(({ labels, value }) => [String(labels.outcome), value]),
  );
}

async function since(before: Record<string, number>, outcome: string): Promise<number> {
  return ((await counted())[outcome] ?? 0) - (before[outcome] ?? 0);
}

test('a receiver that never answers costs spans, counted, and no memory', async () => {
  const before = await counted();
  const { make, batches } = setUp();
  make(mostWaiting + 2_000);
  const taken = batches.reduce((sum, { spans }) => sum + spans.length, 0);
  expect(await since(before, 'dropped')).toBe(2_000 - taken);
  expect(batches).toHaveLength(1);
  make(5_000);
  expect(await since(before, 'dropped')).toBe(7_000 - taken);
});

test('a receiver that refuses is told of once, and once more when it is back', async () => {
  const before = await counted();
  const { make, batches, lines, processor } = setUp();
  for (const code of [1, 1, 0, 0] as const) {
    make(1);
    const flushed = processor.forceFlush();
    await expect.poll(() => batches.length).toBeGreaterThan(0);
    batches.shift()?.answer(code);
    await flushed;
  }
  expect(await since(before, 'failed')).toBe(2);
  expect(await since(before, 'sent')).toBe(2);
  expect(lines.map((line) => JSON.parse(line).msg)).toEqual([
    'the receiver of traces does not take them',
    'the receiver of traces takes them again',
  ]);
});
