import { randomUUID } from 'node:crypto';
import { beforeEach, expect, test } from 'vitest';
import { silentLogger } from '../../testing/dispatch/dispatchSetup.ts';
import { createManualClock, type ManualClock } from '../../testing/manualClock.ts';
import type { Outcome } from '../comfy.ts';
import { createPromptTracker, type PromptTracker } from './promptTracker.ts';

/** A server with one prompt; the test decides what the socket says about it. */
let clock: ManualClock;
let tracker: PromptTracker;
let promptId: string;
let where: 'running' | 'pending';
let openSinceMs: number | undefined;
let outcome: Outcome | undefined;
let hasStarted: boolean;

const config = {
  pollIntervalMs: 1_000,
  silentAfterMs: 10_000,
  forgottenAfterMs: 1_000,
  unreachableAfterMs: 10_000,
  stalledAfterMs: 60_000,
};

beforeEach(() => {
  clock = createManualClock();
  promptId = randomUUID();
  where = 'running';
  openSinceMs = 0;
  outcome = undefined;
  hasStarted = false;
  const item = { promptId, number: 1, clientId: undefined };
  tracker = createPromptTracker(
    {
      clock,
      logger: silentLogger,
      queue: async () =>
        where === 'running' ? { running: [item], pending: [] } : { running: [], pending: [item] },
      history: async () => undefined,
      socket: {
        get openSinceMs() {
          return openSinceMs;
        },
        mayBeDeaf: true,
        // The next connection is there at once.
        reopen() {
          openSinceMs = clock.monotonicMs();
        },
      },
    },
    config,
  );
});

function follow({ isOurs = true, isTimed = false } = {}): void {
  const execution = { promptId, graph: {}, alreadyPosted: !isOurs, isTimed };
  tracker
    .follow(execution, () => {
      hasStarted = true;
    })
    .then((end) => {
      outcome = end;
    });
  if (!isOurs) return;
  tracker.notePosting(promptId);
  tracker.notePosted(promptId, { kind: 'accepted' });
}

const say = (type: string, data: object) => tracker.onText(JSON.stringify({ type, data }));

test('a prompt stalls after a silence, however often the socket reopened', async () => {
  follow();
  await clock.advance(58_000);
  expect(openSinceMs).toBeGreaterThan(0);
  expect(outcome).toBeUndefined();
  await clock.advance(5_000);
  expect(outcome).toEqual({ kind: 'stalled' });
});

test("any message restarts the time, but a new socket's first does not", async () => {
  follow();
  await clock.advance(58_000);
  say('progress', { prompt_id: promptId, node: '3', value: 1, max: 9 });
  await clock.advance(58_000);
  expect(outcome).toBeUndefined();
  say('executing', { node: '3' });
  await clock.advance(5_000);
  expect(outcome).toEqual({ kind: 'stalled' });
});

test('waiting in the queue and a closed socket do not count', async () => {
  where = 'pending';
  follow();
  await clock.advance(300_000);
  where = 'running';
  await clock.advance(40_000);
  openSinceMs = undefined;
  await clock.advance(100_000);
  openSinceMs = clock.monotonicMs();
  await clock.advance(15_000);
  expect(outcome).toBeUndefined();
  await clock.advance(10_000);
  expect(outcome).toEqual({ kind: 'stalled' });
});

test('a prompt that its caller ends at its time never stalls', async () => {
  follow({ isTimed: true });
  await clock.advance(300_000);
  expect({ hasStarted, outcome }).toEqual({ hasStarted: true, outcome: undefined });
});

test("another client's prompt never stalls", async () => {
  follow({ isOurs: false });
  // It was posted before, so the first poll does not wait for the clock.
  await expect.poll(() => hasStarted).toBe(true);
  await clock.advance(300_000);
  expect(outcome).toBeUndefined();
});
