import { pino } from 'pino';
import { expect, test } from 'vitest';
import { systemClock as clock } from '../../ground/runtime/clock.ts';
import type { HistoryEntry, Outcome } from '../comfy.ts';
import { createPoller } from './poller.ts';
import { createTrackedPrompt, type TrackedPrompt } from './trackedPrompt.ts';

const config = {
  pollIntervalMs: 1,
  silentAfterMs: 60_000,
  forgottenAfterMs: 60_000,
  unreachableAfterMs: 60_000,
  stalledAfterMs: 60_000,
};

/** A server on which every prompt is done. */
function startPolling(): { follow(promptId: string): Promise<Outcome> } {
  const all = new Map<string, TrackedPrompt>();
  const done = (promptId: string): HistoryEntry => ({
    promptId,
    result: { kind: 'interrupted' },
    outputs: [],
  });
  const deps = {
    clock,
    logger: pino({ level: 'silent' }),
    socket: { openSinceMs: undefined, mayBeDeaf: false, reopen: () => undefined },
    queue: async () => ({ running: [], pending: [] }),
    history: async (promptId: string) => done(promptId),
  };
  const poller = createPoller(deps, config, all);
  return {
    follow: (promptId) =>
      new Promise((resolve, reject) => {
        const settle = (outcome: Outcome) => {
          all.delete(promptId);
          resolve(outcome);
        };
        const options = { promptId, graph: {}, alreadyPosted: true, silentAfterMs: config.silentAfterMs };
        all.set(promptId, createTrackedPrompt({ clock }, options, { onEvent: () => {}, settle, reject }));
        poller.keepPolling();
      }),
  };
}

test.for([0, 1, 2, 3, 4, 5, 6])(
  'polls a prompt followed %i turns after the last one ended',
  async (turns) => {
    const server = startPolling();
    await server.follow('first');
    for (let turn = 0; turn < turns; turn++) await Promise.resolve();
    expect(await server.follow('second')).toEqual({ kind: 'interrupted' });
  },
);
