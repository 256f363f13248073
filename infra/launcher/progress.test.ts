import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { expect, test } from 'vitest';
import { createProgress } from './progress.ts';

/** What a terminal shows in the end of what was written to it. */
const shownOf = (written: string): string[] =>
  written.split('\n').map((line) => line.split('\r\u001B[2K').at(-1) ?? '');

test('a sentence within a step stands in a line of its own', async () => {
  let written = '';
  const output = {
    isTerminal: true,
    write: (text: string) => {
      written += text;
    },
  };
  const progress = createProgress({ clock: systemClock, output }, 1);
  await progress.step('migrations', async (note) => {
    note('backing up');
    progress.say('No backup was made.');
    note('migrating');
    return { value: undefined, summary: 'up to date' };
  });
  expect(shownOf(written)).toEqual([
    'No backup was made.',
    expect.stringMatching(/^ 100 % ✓ migrations {7}up to date/),
    '',
  ]);
});
