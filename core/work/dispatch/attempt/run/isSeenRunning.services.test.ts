import { expect, test } from 'vitest';
import { ComfyFault, type Location } from '../../../../comfy/comfy.ts';
import { silentLogger } from '../../../../testing/dispatch/dispatchSetup.ts';
import { createManualClock } from '../../../../testing/manualClock.ts';
import { isSeenRunning } from './isSeenRunning.ts';

/** Looks at a backend that answers `looks` in turn and then repeats the last one. */
async function look(looks: readonly (Location | 'no answer')[]) {
  const clock = createManualClock();
  let asked = 0;
  const client = {
    locate: async () => {
      const seen = looks[Math.min(asked++, looks.length - 1)] ?? 'absent';
      if (seen === 'no answer') throw new ComfyFault('timed-out', 'no answer');
      return seen;
    },
  };
  const { signal } = new AbortController();
  let answer: boolean | undefined;
  const done = isSeenRunning({ client, clock, logger: silentLogger }, 'a prompt', signal).then((isSeen) => {
    answer = isSeen;
  });
  for (let elapsedMs = 0; answer === undefined && elapsedMs < 60_000; elapsedMs += 500)
    await clock.advance(500);
  await done;
  return { answer, asked };
}

test.each([
  ['running', true],
  ['pending', false],
  ['finished', false],
  ['absent', false],
] as const)('a prompt that is %s is seen at work: %s', async (location, isSeen) => {
  expect(await look([location])).toEqual({ answer: isSeen, asked: 1 });
});

test('a backend that is slow to answer is asked again', async () => {
  expect(await look(['no answer', 'no answer', 'running'])).toEqual({ answer: true, asked: 3 });
});

test('a backend that is dead shows nothing', async () => {
  const { answer, asked } = await look(['no answer']);
  expect(answer).toBe(false);
  expect(asked).toBeGreaterThan(3);
});
