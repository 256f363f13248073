import type { StatisticsView } from '@star-graph/contract/admin/statistics';
import { expect, test } from 'vitest';
import { rangeOf, readHistory } from './readHistory.ts';

const now = new Date('2026-11-28T10:25:00Z');
type Point = StatisticsView['points'][number];
const totals = { succeeded: 0, failed: 0, cancelled: 0, cached: 0, gpuSeconds: 10 };
const point = (at: string, tasks: Partial<Point['tasks']>, credits: Point['credits'] = []): Point => ({
  at,
  credits,
  tasks: { ...totals, ...tasks },
});
const read = (points: Point[], addedTo?: string) =>
  readHistory({ span: 'hour', models: [], points, ...(addedTo && { addedTo }) }, '24h', now);

test('a day has every hour and the running one, quiet ones as zero and unread ones as unknown', () => {
  const points = [
    point('2026-11-28T08:00:00Z', { succeeded: 3, failed: 1 }),
    point('2026-11-28T10:00:00Z', { succeeded: 4 }),
  ];
  const history = read(points, '2026-11-28T09:00:00Z');
  expect(history.times).toHaveLength(24);
  expect(history.times.at(-1)).toBe(Date.parse('2026-11-28T10:00:00Z'));
  expect(history.succeeded.slice(-4)).toEqual([0, 3, null, 4]);
  expect(history.totals).toMatchObject({ tasks: 8, successShare: 0.875, gpuSeconds: 20 });
});

test('the mean wait counts each task once, and nothing is shared where nothing ran', () => {
  const { totals: summed } = read([
    point('2026-11-27T12:00:00Z', { succeeded: 3, meanWaitSeconds: 2 }),
    point('2026-11-27T13:00:00Z', { succeeded: 1, meanWaitSeconds: 10 }),
  ]);
  expect(summed.meanWaitSeconds).toBe(4);
  expect(read([]).totals).toMatchObject({ tasks: 0, successShare: undefined, meanWaitSeconds: undefined });
});

test('credits are spent by what was held and not given back, and sold by what was not refunded', () => {
  const {
    totals: summed,
    spent,
    sold,
  } = read([
    point('2026-11-28T08:00:00Z', {}, [
      { kind: 'hold', transfers: 3, amount: -30 },
      { kind: 'capture', transfers: 1, amount: 0 },
      { kind: 'release', transfers: 1, amount: 10 },
      { kind: 'purchase', transfers: 1, amount: 1_000 },
      { kind: 'refund', transfers: 1, amount: -400 },
      { kind: 'gift', transfers: 1, amount: -7 },
    ]),
  ]);
  expect([summed.spent, summed.sold, spent.at(-3), sold.at(-3)]).toEqual([20, 600, 20, 600]);
});

test('a month is asked for in whole days before today', () => {
  expect(rangeOf('30d', now)).toEqual({
    span: 'day',
    from: new Date('2026-10-29T00:00:00Z'),
    to: new Date('2026-11-28T00:00:00Z'),
  });
});
