import { expect, test } from 'vitest';
import type { LiveTasks } from '../data/applyEvent.ts';
import { iconOf, readTabState, titleOf } from './tabState.ts';

const live = (...percents: (number | 'ended')[]) =>
  new Map(
    percents.map((percent, id) => [
      String(id),
      {
        task:
          percent === 'ended' ? { finishedAt: 'now', progress: { percent: 100 } } : { progress: { percent } },
      },
    ]),
  ) as unknown as LiveTasks;

test('a tab says how far all open tasks are, and afterwards how they ended', () => {
  const say = (tasks: LiveTasks, unseen?: 'done' | 'failed') =>
    titleOf(readTabState(tasks, unseen), 'Create');
  expect(say(live())).toBe('Create · Star-Graph');
  expect(say(live(40, 85, 'ended'), 'done')).toBe('62% · Create · Star-Graph');
  expect(say(live('ended'))).toBe('Create · Star-Graph');
  expect(say(live('ended'), 'done')).toBe('✓ · Create · Star-Graph');
  expect(say(live('ended'), 'failed')).toBe('✗ · Create · Star-Graph');
  expect(titleOf({ kind: 'quiet' }, undefined)).toBe('Star-Graph');
});

test('the icon of a tab closes its ring as the work goes on', () => {
  const drawn = (percent: number) =>
    Number(
      decodeURIComponent(iconOf({ kind: 'working', percent }))
        .match(/dasharray="([\d.]+) /g)?.[1]
        ?.match(/[\d.]+/)?.[0],
    );
  expect(drawn(80)).toBeCloseTo(2 * drawn(40));
  expect(iconOf({ kind: 'quiet' })).toBe('/star.svg');
  expect(
    new Set([iconOf({ kind: 'done' }), iconOf({ kind: 'failed' }), iconOf({ kind: 'working', percent: 100 })])
      .size,
  ).toBe(3);
});
