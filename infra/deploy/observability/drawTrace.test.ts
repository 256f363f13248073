import { expect, test } from 'vitest';
import { type DrawnSpan, drawTrace } from './drawTrace.ts';

const span = (name: string, startMs: number, endMs: number, parentId?: string): DrawnSpan => ({
  name,
  spanId: name,
  startMs,
  endMs,
  parentId,
  service: 'a service',
});

test('each span is a bar within the chart, below its parent', () => {
  const spans = [
    span('last', 900, 1_000, 'first'),
    span('first', 0, 950),
    span('inner <b>', 10, 10.2, 'middle'),
    span('middle', 5, 400, 'first'),
  ];
  const picture = drawTrace(spans, 'a title');
  const names = [...picture.matchAll(/class="name">([^<]+)</g)].map(([, name]) => name);
  expect(names).toEqual(['a service', 'first', 'middle', 'inner &lt;b&gt;', 'last']);
  const bars = [
    ...picture.matchAll(/<rect x="([\d.]+)" y="\d+" width="([\d.]+)" height="12" rx="2" class="s0"\/>/g),
  ];
  expect(bars).toHaveLength(5);
  for (const [, x, width] of bars) {
    expect(Number(width)).toBeGreaterThanOrEqual(2);
    expect(Number(x) + Number(width)).toBeLessThanOrEqual(960);
  }
});
