import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../clock.ts';
import type { Queue } from '../comfy/comfy.ts';
import type { Database } from '../db/connect.ts';
import { Attempt, Backend } from '../db/models/backend.ts';
import { createTestDatabase, type TestDatabase } from '../testing/database.ts';
import { silentLogger } from '../testing/dispatch.ts';
import { createOwnedBackend, createQueuedTask, createUser } from '../testing/factories.ts';
import { createBreaker } from './breaker.ts';
import { createProbe, type Probe } from './probe.ts';

let test: TestDatabase;
let database: Database;
let backend: Backend;
let probe: Probe;
/** What the backend answers, and what it was told to stop. */
let readQueue: () => Promise<Queue>;
let cancelled: string[];

beforeAll(async () => {
  test = await createTestDatabase();
  ({ database } = test);
});
afterAll(() => test?.[Symbol.asyncDispose]());

beforeEach(async () => {
  backend = await createOwnedBackend(database);
  cancelled = [];
  holds();
  const client = {
    connect: async () => undefined,
    probe: async () => ({
      version: '0.33.0',
      devices: [],
      ramTotalBytes: 1,
      ramFreeBytes: 1,
      maxUploadBytes: 1,
      hasJobsApi: true,
    }),
    queue: () => readQueue(),
    inventory: async () => ({ classes: {}, models: {} as never }),
    cancel: async (promptId: string) => {
      cancelled.push(promptId);
    },
  };
  const deps = {
    database,
    clock: systemClock,
    logger: silentLogger,
    client,
    breaker: createBreaker(systemClock),
  };
  probe = createProbe(deps, backend.owner ?? '', { backendId: backend.id, epoch: backend.epoch });
});

/** From now on the backend runs the first and keeps the others waiting. */
function holds(...promptIds: string[]): void {
  const items = promptIds.map((promptId, number) => ({ promptId, number, clientId: undefined }));
  readQueue = async () => ({ running: items.slice(0, 1), pending: items.slice(1) });
}

const stateOf = async () => (await Backend.query(database).findById(backend.id))?.state;

async function lookAndRead(): Promise<string | undefined> {
  await probe.look();
  return stateOf();
}

/** The promptId of an attempt of ours on this backend. */
async function createAttempt(state: 'running' | 'ended'): Promise<string> {
  const user = await createUser(database);
  const task = await createQueuedTask(database, user.id);
  const promptId = randomUUID();
  const row = { taskId: task.id, attempt: 1, backendId: backend.id, promptId, state, assignedAt: new Date() };
  await Attempt.query(database).insert(row);
  return promptId;
}

describe('a backend that holds a prompt of ours that is over', () => {
  it('is told to drop it at once and is down from the second look until it dropped it', async () => {
    const promptId = await createAttempt('ended');
    holds(promptId);
    expect(await lookAndRead()).toBe('up');
    expect(cancelled).toEqual([promptId]);
    expect(probe.isStuck).toBe(false);
    expect(await lookAndRead()).toBe('down');
    expect(probe.isStuck).toBe(true);
    expect(await lookAndRead()).toBe('down');
    holds();
    expect(await lookAndRead()).toBe('up');
    expect(probe.isStuck).toBe(false);
  });

  it('is not down because one prompt after the other ended between two calls of a look', async () => {
    for (let look = 0; look < 3; look++) {
      holds(await createAttempt('ended'));
      expect(await lookAndRead()).toBe('up');
    }
  });

  it('tells how many prompts of somebody else it has, which it leaves alone', async () => {
    const own = await createAttempt('running');
    holds(own, randomUUID(), randomUUID());
    await probe.look();
    const read = async () => (await Backend.query(database).findById(backend.id))?.facts?.foreignPrompts;
    expect(await read()).toBe(2);
    expect(cancelled).toEqual([]);
    holds(own);
    await probe.look();
    expect(await read()).toBe(0);
  });

  it('stays up while what it holds is in hand', async () => {
    holds(await createAttempt('running'), randomUUID());
    for (let look = 0; look < 3; look++) expect(await lookAndRead()).toBe('up');
    expect(cancelled).toEqual([]);
  });
});

describe('a declaration', () => {
  it('that a prompt does not stop holds while the queue has it, whatever its attempt has become', async () => {
    const promptId = await createAttempt('running');
    holds(promptId);
    await probe.declareDown('it does not stop', promptId);
    expect(await stateOf()).toBe('down');
    for (let look = 0; look < 3; look++) expect(await lookAndRead()).toBe('down');
    expect(probe.isStuck).toBe(true);
    holds(randomUUID());
    expect(await lookAndRead()).toBe('up');
  });

  it('is not lifted by a look that began before it', async () => {
    const { promise, resolve } = Promise.withResolvers<Queue>();
    readQueue = () => promise;
    const look = probe.look();
    const promptId = await createAttempt('running');
    await probe.declareDown('it does not stop', promptId);
    resolve({ running: [], pending: [] });
    await look;
    expect(await stateOf()).toBe('down');
    expect(probe.isStuck).toBe(true);
    holds(promptId);
    expect(await lookAndRead()).toBe('down');
    holds();
    expect(await lookAndRead()).toBe('up');
  });

  it('that it did not answer is lifted by the next look that is answered', async () => {
    await probe.declareDown('it did not answer');
    expect(probe.isStuck).toBe(false);
    expect(await lookAndRead()).toBe('up');
  });
});
