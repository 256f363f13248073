import { expect, it } from 'vitest';
import { systemClock } from '../clock.ts';
import { silentLogger } from '../testing/dispatch.ts';
import { Evicted } from './attempt.ts';
import { createRunners } from './runners.ts';
import type { Work } from './work.ts';

const workOf = (taskId: string, values: Partial<Work> = {}): Work => ({
  taskId,
  attempt: 1,
  backendId: 'a backend',
  slot: 0,
  state: 'posted',
  promptId: null,
  startedAt: null,
  isOver: false,
  isRecalled: false,
  ...values,
});

it('an eviction ends what waits, and nothing that began here or under an earlier owner', async () => {
  const signals = new Map<string, AbortSignal>();
  const left = new AbortController();
  const runners = createRunners(
    { clock: systemClock, logger: silentLogger },
    left.signal,
    async ({ taskId }, { run }, noteStarted) => {
      signals.set(taskId, run);
      if (taskId === 'begun here') noteStarted();
      await new Promise((resolve) => run.addEventListener('abort', resolve));
    },
  );
  const works = [workOf('waiting'), workOf('begun here'), workOf('begun before', { startedAt: new Date() })];
  runners.takeIn(works, 0);
  runners.evictWaiting('the backend executes nothing');
  expect(signals.get('waiting')?.reason).toBeInstanceOf(Evicted);
  expect(signals.get('begun here')?.aborted).toBe(false);
  expect(signals.get('begun before')?.aborted).toBe(false);
  await runners.endAll(new Error('the test is over'));
});
