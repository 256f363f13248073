import { expect, test } from 'vitest';
import { sumDay } from './sumDay.ts';

const totals = { cancelled: 0, cached: 0, gpuSeconds: 10 };
const point = (at: string, tasks: object) => ({ at, credits: [], tasks: { ...totals, ...tasks } });
const sum = (points: object[]) =>
  sumDay({ span: 'hour', models: [], points } as never, new Date('2026-11-27T10:25:00Z'));

test('a day has every hour, the quiet ones too', () => {
  const day = sum([point('2026-11-27T12:00:00Z', { succeeded: 3, failed: 1 })]);
  expect(day.hours).toHaveLength(25);
  expect(day.hours[0]?.at).toBe('2026-11-27T10:00:00.000Z');
  expect(day.hours.map(({ tasks }) => tasks).filter(Boolean)).toEqual([4]);
  expect(day).toMatchObject({ tasks: 4, successShare: 0.75, gpuSeconds: 10 });
});

test('the mean wait counts each task once', () => {
  const day = sum([
    point('2026-11-27T12:00:00Z', { succeeded: 3, failed: 0, meanWaitSeconds: 2 }),
    point('2026-11-27T13:00:00Z', { succeeded: 1, failed: 0, meanWaitSeconds: 10 }),
  ]);
  expect(day.meanWaitSeconds).toBe(4);
});

test('a day without tasks has no shares', () => {
  expect(sum([])).toMatchObject({ tasks: 0, successShare: undefined, meanWaitSeconds: undefined });
});
