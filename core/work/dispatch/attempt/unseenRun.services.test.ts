import { randomUUID } from 'node:crypto';
import { builtinWorkflows } from '@star-graph/workflows/builtin';
import { describe, expect, test } from 'vitest';
import type { ComfyClient, HistoryEntry, Location, Outcome, OutputFile } from '../../../comfy/comfy.ts';
import { createComfyClient } from '../../../comfy/comfyClient.ts';
import { Attempt } from '../../../ground/db/models/backend.ts';
import { Task } from '../../../ground/db/models/task.ts';
import { invariant } from '../../../ground/errors.ts';
import { systemClock } from '../../../ground/runtime/clock.ts';
import { createCatalogue } from '../../../library/catalogue/catalogue.ts';
import { noRules } from '../../../people/safety/wordRules.ts';
import { assign, createOwnedBackend, createQueuedTask, createUser } from '../../../testing/db/factories.ts';
import { createTestDatabase } from '../../../testing/db/testDatabase.ts';
import { silentLogger } from '../../../testing/dispatch/dispatchSetup.ts';
import { alwaysPermitted } from '../../../testing/dispatch/ownedAttempt.ts';
import { markPosted } from '../../tasks/attemptTransitions.ts';
import { listTakenSlots } from '../takenSlots.ts';
import { Evicted, Recalled } from './attempt.ts';
import { problems } from './decision.ts';
import { runAttempt } from './runAttempt.ts';

const output: OutputFile = {
  nodeId: '9',
  filename: 'a.png',
  subfolder: '',
  type: 'output',
  media: 'image',
  isAnimated: false,
};

type Result = HistoryEntry['result']['kind'];

interface Unheard {
  /** How the follow ends; undefined when it hears nothing until the run is aborted. */
  outcome?: Outcome | Error;
  /** The prompt was posted by an earlier owner. */
  isTakenOver?: boolean;
  /** How often earlier owners began to collect its result. */
  collects?: number;
  /** The database ends the connection over which the names of the model files are read for the first time. */
  losesDatabase?: boolean;
  /** The reason that aborts the run once the prompt was posted. */
  abort?: Error;
  /** The prompt's state on the backend, before and after the cancel. */
  found?: readonly [Location, Location];
  result?: Result;
}

/** Runs an attempt without any message from the backend, until its result is requested. */
async function runUnheard(unheard: Unheard) {
  const { outcome, abort, found = ['finished', 'finished'], result, isTakenOver = false } = unheard;
  await using test = await createTestDatabase();
  const { database } = test;
  const workflow = builtinWorkflows.findLast(({ name }) => name === 'text2img');
  invariant(workflow, 'a workflow of the platform');
  const { id: userId } = await createUser(database, 100);
  const backend = await createOwnedBackend(database);
  const values = { workflowVersion: workflow.version, params: workflow.example };
  const fence = await assign(database, await createQueuedTask(database, userId, values), backend);
  const told: string[] = [];
  const run = new AbortController();
  const left = new AbortController();
  const client: ComfyClient = {
    ...createComfyClient({ clock: systemClock, logger: silentLogger }, { url: backend.url }),
    async post() {
      told.push('posted');
      if (abort) queueMicrotask(() => run.abort(abort));
      return { kind: 'accepted' };
    },
    follow: async (_execution, _onEvent, signal) => {
      if (outcome instanceof Error) throw outcome;
      return outcome
        ? outcome
        : new Promise((_resolve, reject) => {
            signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
          });
    },
    locate: async () => (told.includes('cancelled') ? found[1] : found[0]),
    async cancel() {
      told.push('cancelled');
    },
    async history(promptId) {
      if (result === undefined) return undefined;
      const failure = { reason: 'node-error', nodeId: '1', nodeType: 'A', message: 'broke' } as const;
      return {
        promptId,
        result: result === 'failed' ? { kind: result, failure } : { kind: result },
        outputs: [output],
      };
    },
    async fetchOutput() {
      told.push('fetched');
      for (const owner of [run, left]) owner.abort();
      throw new Error('the owner leaves');
    },
  };
  const catalogue = createCatalogue({ database, workflows: builtinWorkflows, clock: systemClock });
  let { losesDatabase = false } = unheard;
  const locateFiles: typeof catalogue.locateFiles = async (backendId, graph) => {
    if (!losesDatabase) return catalogue.locateFiles(backendId, graph);
    losesDatabase = false;
    throw Object.assign(new Error('Connection lost.'), { code: 'PROTOCOL_CONNECTION_LOST', fatal: true });
  };
  const deps = {
    database,
    client,
    clock: systemClock,
    logger: silentLogger,
    permit: alwaysPermitted,
    storage: {} as never,
    catalogue: { ...catalogue, locateFiles },
    progress: { publish: () => undefined, hasPreviews: true, restart: () => undefined, end: () => undefined },
    wakeSignals: { send: () => undefined, sendCancel: () => undefined },
    health: {
      reportDown: async () => undefined,
      reportStarted: () => 0,
      reportActivity: () => undefined,
      reportOver: () => undefined,
      reportRan: () => void told.push('ran'),
    },
    turn: { comes: async () => undefined, pass: () => undefined },
    runTimes: { learn: () => undefined, expectSeconds: () => undefined },
    wordRules: async () => noRules,
    limits: {
      attemptTimeoutMs: 60_000,
      outputBytes: 1_000_000,
      inputBytes: 1,
      inputPixels: 1,
      inputDirs: [],
      tempDirectory: '/nowhere',
      removePromptMs: 1_000,
      chargesCancel: () => false,
    },
  };
  if (isTakenOver) await markPosted(deps, fence, randomUUID());
  await Attempt.query(database).patch({ collects: unheard.collects ?? 0 });
  const [slot] = await listTakenSlots(database, [backend.id]);
  invariant(slot, 'its slot is taken');
  const { kind } = await runAttempt(deps, fence, slot, { run: run.signal, left: left.signal });
  const { collects } = await Attempt.query(database).first().throwIfNotFound();
  const { status, error } = await Task.query(database).findById(fence.taskId).throwIfNotFound();
  const slots = await listTakenSlots(database, [backend.id]);
  return { end: { kind, told, status, isSlotTaken: slots.length === 1 }, error, collects };
}

const endOf = async (unheard: Unheard) => (await runUnheard(unheard)).end;

test("a prompt that ran unseen counts as started before its outputs' download", async () => {
  // It ran between two looks, and its messages were lost.
  const { told } = await endOf({ outcome: { kind: 'succeeded', outputs: [output] } });
  expect(told).toEqual(['posted', 'ran', 'fetched']);
});

test('a silent prompt that ended is collected, not run again', async () => {
  const unheard = { outcome: { kind: 'stalled' }, found: ['running', 'finished'] } as const;
  const succeeded = await endOf({ ...unheard, result: 'succeeded' });
  expect(succeeded.told).toEqual(['posted', 'cancelled', 'ran', 'fetched']);
  const interrupted = await endOf({ ...unheard, result: 'interrupted' });
  expect(interrupted).toMatchObject({ kind: 'elsewhere', status: 'queued', told: ['posted', 'cancelled'] });
});

test('a database that goes away at a take-over does not end the run', async () => {
  const outcome: Outcome = { kind: 'succeeded', outputs: [output] };
  const { told } = await endOf({ outcome, isTakenOver: true, losesDatabase: true });
  expect(told).toEqual(['ran', 'fetched']);
});

test('a prompt that ended is collected after a fault of this program', async () => {
  const unheard = { outcome: new Error('a fault'), isTakenOver: true } as const;
  const succeeded = await endOf({ ...unheard, result: 'succeeded' });
  expect(succeeded.told).toEqual(['cancelled', 'ran', 'fetched']);
  const interrupted = await endOf({ ...unheard, result: 'interrupted' });
  expect(interrupted).toMatchObject({ kind: 'elsewhere', status: 'queued', told: ['cancelled'] });
});

describe('a result that may have ended the owners before', () => {
  const unheard: Unheard = { outcome: { kind: 'succeeded', outputs: [output] } };

  test('is counted before it is fetched, but not by the first owner', async () => {
    const first = await runUnheard(unheard);
    expect([first.end.told, first.collects]).toEqual([['posted', 'ran', 'fetched'], 0]);
    const third = await runUnheard({ ...unheard, isTakenOver: true, collects: 2 });
    expect([third.end.told, third.collects]).toEqual([['ran', 'fetched'], 3]);
  });

  test('is given up unread by the owner after the fourth, and the task fails unpaid', async () => {
    const { end, error } = await runUnheard({ ...unheard, isTakenOver: true, collects: 3 });
    expect(end).toEqual({ kind: 'failed', status: 'failed', isSlotTaken: false, told: ['ran'] });
    expect(error).toEqual(problems.uncollectable);
  });
});

describe('a recalled prompt', () => {
  const abort = new Recalled('another backend begins it sooner');
  const kept = { kind: 'left', status: 'running', isSlotTaken: true };

  test('with an unheard start keeps running and counts as begun', async () => {
    const found = ['running', 'finished'] as const;
    expect(await endOf({ abort, found, result: 'interrupted' })).toEqual({ ...kept, told: ['posted'] });
  });

  test.each(['succeeded', 'failed'] as const)(
    'that %s unheard stays until its end is read',
    async (result) => {
      const found = ['finished', 'finished'] as const;
      expect(await endOf({ abort, found, result })).toEqual({ ...kept, told: ['posted'] });
    },
  );

  test('that ended during its removal stays until its result is fetched', async () => {
    const found = ['pending', 'finished'] as const;
    const told = ['posted', 'cancelled'];
    expect(await endOf({ abort, found, result: 'succeeded' })).toEqual({ ...kept, told });
  });

  test('that waits is removed and goes elsewhere', async () => {
    expect(await endOf({ abort, found: ['pending', 'absent'] })).toEqual({
      kind: 'elsewhere',
      status: 'queued',
      isSlotTaken: false,
      told: ['posted', 'cancelled'],
    });
  });
});

describe('an evicted prompt', () => {
  const abort = new Evicted('the backend executes nothing');

  test('that ended unheard stays until its result is fetched', async () => {
    const end = await endOf({ abort, found: ['running', 'finished'], result: 'succeeded' });
    expect(end).toMatchObject({ kind: 'left', status: 'running', isSlotTaken: true });
  });

  test('that was stopped goes elsewhere', async () => {
    const end = await endOf({ abort, found: ['running', 'finished'], result: 'interrupted' });
    expect(end).toMatchObject({ kind: 'elsewhere', status: 'queued', isSlotTaken: false });
  });
});
