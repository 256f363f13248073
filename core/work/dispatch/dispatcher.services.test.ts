import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { inTransaction } from '../../ground/db/connect.ts';
import { Asset } from '../../ground/db/models/asset.ts';
import { InventoryRecord, Leader } from '../../ground/db/models/backend.ts';
import { sendPacket } from '../../ground/db/packet.ts';
import { invariant } from '../../ground/errors.ts';
import { createRedis } from '../../ground/redis/createRedis.ts';
import { linksKey } from '../../ground/redis/redisKeys.ts';
import { systemClock } from '../../ground/runtime/clock.ts';
import {
  packInventory,
  parseStoredInventory,
  saveInventory,
} from '../../library/catalogue/storedInventory.ts';
import { findBalance } from '../../money/credits/statement.ts';
import { type PreviewBackendProcess, startPreviewBackend } from '../../testing/comfy/startPreviewBackend.ts';
import { expectSettled } from '../../testing/db/expectSettled.ts';
import { splitPacket, watchPackets } from '../../testing/db/statements.ts';
import {
  createDispatchSetup,
  eventually,
  type RunningDispatcher,
} from '../../testing/dispatch/dispatchSetup.ts';
import { fixture } from '../../testing/fixture.ts';
import { assignmentStatements } from '../tasks/assignTasks.ts';

const setup = fixture(createDispatchSetup);
let backend: PreviewBackendProcess;
let dispatcher: RunningDispatcher;
let backendId: string;

beforeAll(async () => {
  backend = await startPreviewBackend({ flags: ['--instant', '--threads', '1'] });
  dispatcher = await setup.start();
  backendId = (await setup.addBackend(backend.url)).id;
});

afterAll(async () => {
  await dispatcher?.[Symbol.asyncDispose]();
  await backend?.stop();
});

afterEach(() => expectSettled(setup.database));

const outputsOf = (taskId: string) => Asset.query(setup.database).where({ taskId }).orderBy('position');

describe('a task', () => {
  test('of text2img ends with its picture stored and its price captured once', async () => {
    const before = await findBalance(setup.database, setup.userId);
    const task = await setup.submit('text2img', {
      prompt: 'a lighthouse',
      width: 256,
      height: 256,
      steps: 2,
    });
    const done = await setup.reached(task.id, 'succeeded', 'failed');
    expect(done).toMatchObject({ status: 'succeeded', attempt: 1, failures: 0 });
    const outputs = await outputsOf(task.id);
    expect(outputs).toHaveLength(1);
    expect(await setup.storage.stat(outputs[0]?.storageKey ?? '')).toMatchObject({ mime: outputs[0]?.mime });
    const after = await findBalance(setup.database, setup.userId);
    expect(after).toMatchObject({ available: before.available - task.cost, held: 0, openTasks: 0 });
  });

  test("of upscale ends with exactly twice the picture's size", async () => {
    const image = await setup.uploadPicture(96, 64);
    const task = await setup.submit('upscale', { image, scale: 2 });
    await setup.reached(task.id, 'succeeded');
    expect(await outputsOf(task.id)).toMatchObject([{ width: 192, height: 128, kind: 'output' }]);
  });
});

/** Of one task, from its acceptance to the event of its end. They may only fall. */
const most = { roundTrips: 3, statements: 22, redisCalls: 17 };

test('an idle task costs few round trips, statements and calls to Redis', async () => {
  const database = new URL(setup.databaseUrl).pathname.slice(1);
  const packets: string[] = [];
  using _watching = watchPackets(database, (packet) => packets.push(packet));
  const redis = createRedis({ url: setup.redisUrl });
  // As if an API under the same address were there: its dispatchers publish events with links.
  await redis.set(linksKey(setup.prefix), setup.directory);
  const calls: RedisCall[] = [];
  using _monitor = await watchRedis(setup.redisUrl, (call) => calls.push(call));
  // A busy machine makes a run longer, which costs a start of its own.
  await eventually(async () => {
    packets.length = 0;
    calls.length = 0;
    const { id } = await setup.submit('text2img', { prompt: 'a', width: 256, height: 256, steps: 1 });
    await eventually(() => expect(calls.some(({ text }) => isEndOf(id, text))).toBe(true));
    // A lone COMMIT names nothing.
    const ofTask = packets.filter((packet) => packet.includes(id) || /^COMMIT;?$/.test(packet));
    const cost = {
      roundTrips: ofTask.length,
      statements: ofTask.flatMap(splitPacket).length,
      redisCalls: countCalls(calls, [id, setup.userId]),
    };
    for (const [name, bound] of Object.entries(most))
      expect(cost[name as keyof typeof most], name).toBeLessThanOrEqual(bound);
  });
  redis.disconnect();
});

test('of two tasks given together the earlier one is posted first', async () => {
  // The test gives the tasks: the leader gives none of a paused queue, and a server that is on takes requests.
  await Leader.query(setup.database).patch({ pausedAt: new Date() });
  await using _resumed = { [Symbol.asyncDispose]: resumeQueue };
  const image = await setup.uploadPicture(64, 64);
  // The later one has nothing to upload and is ready at once.
  await backend.control({ arm: [{ kind: 'http-delay', delayMs: 2_000, path: '/upload/image' }] });
  const tasks = [
    await setup.submit('img2img', { image, prompt: 'ink', steps: 1 }),
    await setup.submit('text2img', { prompt: 'ink', width: 256, height: 256, steps: 1 }),
  ];
  const given = tasks.map((task, slot) => ({
    taskId: task.id,
    attempt: 0,
    backendId,
    slot: slot as 0 | 1,
  }));
  await inTransaction(setup.database, (trx) =>
    sendPacket(
      trx,
      given.flatMap((one) => assignmentStatements(trx, one, new Date())),
    ),
  );
  for (const task of tasks) await setup.reached(task.id, 'succeeded');
  const [earlier, later] = await Promise.all(tasks.map((task) => placeOf(task.id)));
  expect(later).toBeGreaterThan(earlier as number);
});

const resumeQueue = async (): Promise<void> => {
  await Leader.query(setup.database).patch({ pausedAt: null });
};

/** Its number among the prompts that the backend was sent. */
async function placeOf(taskId: string): Promise<number | undefined> {
  const [attempt] = await setup.listAttempts(taskId);
  const response = await fetch(`${backend.url}/history/${attempt?.promptId}`);
  const [entry] = Object.values((await response.json()) as Record<string, { prompt: [number] }>);
  return entry?.prompt[0];
}

test('a model that goes in mid-run does not touch the running task', async () => {
  await backend.control({ arm: [{ kind: 'hold', times: 'always' }] });
  const values = { prompt: 'a lighthouse', width: 256, height: 256, steps: 1 };
  const task = await setup.submit('text2img', values);
  await setup.reached(task.id, 'running');
  const { content } = await InventoryRecord.query(setup.database).findById(backendId).throwIfNotFound();
  const without = content.replaceAll('"sd_xl_base_1.0.safetensors"', '"another.safetensors"');
  const inventory = parseStoredInventory(without);
  invariant(inventory && without !== content, 'the server listed it');
  await saveInventory({ database: setup.database, clock: systemClock }, backendId, packInventory(inventory));
  await setup.catalogue.refresh();
  await expect(
    setup.submit('text2img', { ...values, model: 'sd_xl_base_1.0.safetensors' }),
  ).rejects.toMatchObject({
    code: 'workflow-unavailable',
  });
  await backend.control({ disarm: ['hold'] });
  const ended = await setup.reached(task.id, 'succeeded', 'failed');
  expect(ended).toMatchObject({ status: 'succeeded', attempt: 1, failures: 0 });
});

/** As MONITOR writes it: each word in quotes. */
interface RedisCall {
  text: string;
  isOfScript: boolean;
}

/**
 * Everything that is asked of the database of this address. By a socket of its own: ioredis takes what comes in one
 * piece with the answer to MONITOR for further answers, and other tests keep this Redis busy.
 */
async function watchRedis(url: string, onCall: (call: RedisCall) => void): Promise<Disposable> {
  const { hostname, port, password, pathname } = new URL(url);
  const socket = connect(Number(port), hostname);
  const { promise: isWatched, resolve, reject } = Promise.withResolvers<void>();
  socket.once('error', reject);
  let confirmed = 0;
  createInterface({ input: socket }).on('line', (line) => {
    if (line === '+OK') confirmed += 1;
    if (confirmed === 2) resolve();
    const [, number, source, text = ''] = /^\+[\d.]+ \[(\d+) ([^\]]+)\] (.*)$/.exec(line) ?? [];
    if (number === pathname.slice(1)) onCall({ text, isOfScript: source === 'lua' });
  });
  socket.write(`AUTH ${decodeURIComponent(password)}\r\nMONITOR\r\n`);
  await isWatched;
  return { [Symbol.dispose]: () => socket.destroy() };
}

const isEndOf = (taskId: string, call: string) =>
  /^"publish" /i.test(call) && call.includes('task_completed') && call.includes(taskId);

/** Those that name one of the ids, with those that a script of theirs makes. A stream's life is renewed once an hour. */
function countCalls(calls: readonly RedisCall[], ids: readonly string[]): number {
  let isOwnScript = false;
  let count = 0;
  for (const { text, isOfScript } of calls) {
    if (!isOfScript) isOwnScript = ids.some((id) => text.includes(id));
    if (isOwnScript && !/^"PEXPIRE"/.test(text)) count += 1;
  }
  return count;
}
