import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ComfyFault, type Inventory, type Queue } from '../../../comfy/comfy.ts';
import type { Database } from '../../../ground/db/connect.ts';
import { Attempt, Backend, InventoryRecord } from '../../../ground/db/models/backend.ts';
import { PoolAgent } from '../../../ground/db/models/poolAgent.ts';
import { systemClock } from '../../../ground/runtime/clock.ts';
import { parseStoredInventory } from '../../../library/catalogue/storedInventory.ts';
import { createOwnedBackend, createQueuedTask, createUser } from '../../../testing/db/factories.ts';
import { databaseFixture } from '../../../testing/fixture.ts';
import { type CircuitBreaker, createCircuitBreaker } from './circuitBreaker.ts';
import { createProbe, type Probe } from './probe.ts';

const db = databaseFixture();
let database: Database;
let backend: Backend;
let probe: Probe;
let breaker: CircuitBreaker;
/** The backend's answers, and the prompts that it was told to stop. */
let readQueue: () => Promise<Queue>;
let readFiles: () => Promise<Inventory>;
let cancelled: string[];
let logged: { level: number; msg: string; reason?: string; backend?: string }[];
let left: AbortController;

beforeAll(async () => {
  ({ database } = db);
});

beforeEach(async () => {
  backend = await createOwnedBackend(database);
  cancelled = [];
  logged = [];
  left = new AbortController();
  holds();
  readFiles = async () => ({ classes: {}, models: {} as never });
  const client = {
    connect: async () => undefined,
    probe: async () => ({
      version: '0.33.0',
      devices: [],
      ramTotalBytes: 1,
      ramFreeBytes: 1,
      keptResults: 0,
      previewMethod: undefined,
      maxUploadBytes: 1,
      hasJobsApi: true,
    }),
    queue: () => readQueue(),
    inventory: () => readFiles(),
    cancel: async (promptId: string) => {
      cancelled.push(promptId);
    },
    explain: (fault: ComfyFault) => `In words: ${fault.message}.`,
  };
  breaker = createCircuitBreaker(systemClock);
  const deps = {
    database,
    clock: systemClock,
    logger: pino({ level: 'info' }, { write: (line: string) => logged.push(JSON.parse(line)) }),
    client,
    nameOf: () => 'the left one',
    breaker,
    left: left.signal,
  };
  probe = createProbe(deps, backend.owner ?? '', { backendId: backend.id, epoch: backend.epoch });
});

/** From now on the backend runs the first and queues the others. */
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

test('a backend that came back is read anew with the next look, until that succeeds', async () => {
  const storedFiles = async () => {
    const stored = await InventoryRecord.query(database).findById(backend.id).throwIfNotFound();
    return parseStoredInventory(stored.content)?.models;
  };
  await probe.look();
  const models = { checkpoints: ['new.safetensors'] } as never;
  readFiles = async () => ({ classes: {}, models });
  await probe.look();
  expect(await storedFiles()).toEqual({});
  probe.doubtInventory();
  readFiles = () => Promise.reject(new ComfyFault('timed-out', 'it stalled'));
  await probe.look();
  expect(await storedFiles()).toEqual({});
  readFiles = async () => ({ classes: {}, models });
  await probe.look();
  expect(await storedFiles()).toEqual(models);
});

describe('a backend that holds a prompt of ours that is over', () => {
  test('must drop it at once and is down until then', async () => {
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

  test('stays up when one prompt follows another during a look', async () => {
    for (let look = 0; look < 3; look++) {
      holds(await createAttempt('ended'));
      expect(await lookAndRead()).toBe('up');
    }
  });

  test('reports how many foreign prompts it has and leaves them alone', async () => {
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

  test('stays up while its prompts have open attempts', async () => {
    holds(await createAttempt('running'), randomUUID());
    for (let look = 0; look < 3; look++) expect(await lookAndRead()).toBe('up');
    expect(cancelled).toEqual([]);
  });
});

describe('a declaration', () => {
  test('for a prompt that does not stop holds while it is queued', async () => {
    const promptId = await createAttempt('running');
    holds(promptId);
    await probe.declareDown('it does not stop', promptId);
    expect(await stateOf()).toBe('down');
    for (let look = 0; look < 3; look++) expect(await lookAndRead()).toBe('down');
    expect(probe.isStuck).toBe(true);
    holds(randomUUID());
    expect(await lookAndRead()).toBe('up');
  });

  test('is not lifted by a look that began before it', async () => {
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

  test('for silence is lifted by the next answered look', async () => {
    await probe.declareDown('it did not answer');
    expect(probe.isStuck).toBe(false);
    expect(await lookAndRead()).toBe('up');
  });
});

describe('a server that is away', () => {
  const reasonOf = async () => (await Backend.query(database).findById(backend.id))?.stateReason;
  const failWith = (message: string) => {
    readQueue = () => Promise.reject(new ComfyFault('unreachable', message));
  };
  const told = () =>
    logged.filter(({ level }) => level === 40).map(({ reason, backend }) => ({ reason, backend }));

  test('gives its reason in its row, and once in the log', async () => {
    failWith('no route');
    for (let look = 0; look < 5; look++) await probe.look();
    expect(await stateOf()).toBe('down');
    expect(await reasonOf()).toBe('In words: no route.');
    failWith('wrong password');
    for (let look = 0; look < 3; look++) await probe.look();
    expect(await reasonOf()).toBe('In words: wrong password.');
    holds();
    expect(await lookAndRead()).toBe('up');
    expect(await reasonOf()).toBeNull();
    expect(told()).toEqual([
      { reason: 'In words: no route.', backend: 'the left one' },
      { reason: 'In words: wrong password.', backend: 'the left one' },
    ]);
    expect(logged.at(-1)?.msg).toBe('a GPU server is up again');
  });

  test('shows the present reason instead of the declared one', async () => {
    await probe.declareDown('it did not answer');
    expect(await reasonOf()).toMatch(/^It stopped answering while it had a task\./);
    failWith('no route');
    for (let look = 0; look < 2; look++) await probe.look();
    expect(await reasonOf()).toBe('In words: no route.');
  });

  test('says how to find a dead worker and what to do', async () => {
    const waiting = { promptId: randomUUID(), number: 1, clientId: undefined };
    readQueue = async () => ({ running: [], pending: [waiting] });
    for (let look = 0; look < 3; look++) await probe.look();
    expect(await reasonOf()).toMatch(/nothing runs\. .*restart ComfyUI/);
    expect(told()).toHaveLength(1);
  });
});

test('a server that rests after too many faults says so', async () => {
  for (let end = 0; end < 4; end++) breaker.record('fault', randomUUID());
  expect(await lookAndRead()).toBe('resting');
  expect((await Backend.query(database).findById(backend.id))?.stateReason).toMatch(/so it rests/);
});

test('an owner leaves without the answer that a backend owes', async () => {
  const asked = Promise.withResolvers<void>();
  readQueue = () => {
    asked.resolve();
    return new Promise(() => undefined);
  };
  const look = probe.look();
  await asked.promise;
  const reason = new Error('the owner leaves');
  left.abort(reason);
  await expect(look).rejects.toBe(reason);
});

test('the headers that a machine’s agent has read are kept for files that its server lists, after what the server says', async () => {
  const models = { checkpoints: ['a.safetensors'], diffusion_models: [], loras: ['b.safetensors'] };
  readFiles = async () => ({
    classes: {},
    models: models as Partial<Inventory['models']> as Inventory['models'],
    architectures: { 'checkpoints/a.safetensors': 'stable-diffusion-v1' },
  });
  const seen = { report: { folders: {} }, joinedAt: new Date(), seenAt: new Date() };
  await PoolAgent.query(database).insert({
    backendId: backend.id,
    tokenHash: 'a'.repeat(64),
    ...seen,
    architectures: {
      'checkpoints/a.safetensors': 'flux-1',
      'loras/b.safetensors': 'flux-1',
      'loras/gone.safetensors': 'wan2',
    },
  });
  await probe.look();
  const stored = await InventoryRecord.query(database).findById(backend.id).throwIfNotFound();
  expect(parseStoredInventory(stored.content)?.architectures).toEqual({
    'checkpoints/a.safetensors': 'stable-diffusion-v1',
    'loras/b.safetensors': 'flux-1',
  });
});
