import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { cancelRecycle, requestRecycle } from '../../../desk/pool/recycle.ts';
import { Backend } from '../../../ground/db/models/backend.ts';
import { AuditRecord } from '../../../ground/db/models/operation.ts';
import { systemClock } from '../../../ground/runtime/clock.ts';
import {
  type PreviewBackendProcess,
  startPreviewBackend,
} from '../../../testing/comfy/startPreviewBackend.ts';
import { expectSettled } from '../../../testing/db/expectSettled.ts';
import { startDispatcherProcess } from '../../../testing/dispatch/dispatcherProcess.ts';
import {
  createDispatchSetup,
  eventually,
  type RunningDispatcher,
  testConfig,
} from '../../../testing/dispatch/dispatchSetup.ts';
import { fixture } from '../../../testing/fixture.ts';

const setup = fixture(createDispatchSetup);
/** The only backend. */
let preview: PreviewBackendProcess;
let id: string;

const flags = ['--instant', '--threads', '1'];

beforeAll(async () => {
  preview = await startPreviewBackend({ flags });
  await using _dispatcher = await setup.start();
  id = (await setup.addBackend(preview.url)).id;
});

afterAll(async () => {
  await preview?.stop();
});

afterEach(() => expectSettled(setup.database));

const find = () => Backend.query(setup.database).findById(id).throwIfNotFound();
const draw = () => setup.submit('text2img', { prompt: 'a lighthouse', width: 256, height: 256, steps: 1 });
const deps = () => ({ database: setup.database, clock: systemClock, wakeSignals: setup.wakeSignals });
const recycle = () => requestRecycle(deps(), { id: setup.userId, serviceKey: null }, id);
const hold = () => preview.control({ arm: [{ kind: 'hold', times: 'always' }] });
const release = () => preview.control({ disarm: ['hold'] });
const isOver = () =>
  eventually(async () => {
    const backend = await find();
    expect(backend).toMatchObject({ recycleState: null, draining: false });
    return backend;
  });
const actsSince = async (before: number): Promise<string[]> =>
  (
    await AuditRecord.query(setup.database)
      .where({ target: `backend:${id}` })
      .orderBy('id')
  )
    .slice(before)
    .map(({ action }) => action);
const countActs = () =>
  AuditRecord.query(setup.database)
    .where({ target: `backend:${id}` })
    .resultSize();

/** A task runs until `release`. */
async function runOne() {
  await hold();
  const task = await draw();
  await setup.reached(task.id, 'running');
  return task;
}

async function expectOneRun(taskId: string): Promise<void> {
  expect(await setup.reached(taskId, 'succeeded')).toMatchObject({ attempt: 1, failures: 0 });
}

/** Kills the server and starts it again under its address, as a service manager does. */
async function restartPreview(): Promise<void> {
  await preview.kill();
  const port = Number(new URL(preview.url).port);
  preview = await startPreviewBackend({ flags, port, dataDirectory: preview.dataDirectory });
}

const withHook = (
  restart: () => Promise<void>,
  limits: Partial<ReturnType<typeof testConfig>['limits']> = {},
): Promise<RunningDispatcher> =>
  setup.start({
    recycling: { afterHours: 0, memoryGrowthBytes: 0, restart },
    limits: { ...testConfig(setup.directory).limits, ...limits },
  });

describe('a recycle', () => {
  test('lets the running task end, drops the models, and takes waiting tasks', async () => {
    await using _dispatcher = await setup.start();
    const before = await countActs();
    const running = await runOne();
    await recycle();
    await recycle();
    const waiting = await draw();
    await eventually(async () => expect((await find()).recycleState).toBe('draining'));
    expect(await setup.reached(waiting.id, 'queued')).toMatchObject({ attempt: 0 });
    await release();
    await expectOneRun(running.id);
    await expectOneRun(waiting.id);
    expect(await isOver()).toMatchObject({ recycleFault: null });
    expect(await actsSince(before)).toEqual(['backend.recycle', 'backend.recycled']);
  });

  test('leaves no model counted as loaded', async () => {
    await using _dispatcher = await setup.start();
    await expectOneRun((await draw()).id);
    await eventually(async () => expect((await find()).residency).not.toBeNull());
    await recycle();
    expect((await isOver()).residency).toBeNull();
  });

  test('called off while tasks end gives the backend back', async () => {
    await using _dispatcher = await setup.start();
    const running = await runOne();
    await recycle();
    const { backend } = await cancelRecycle(deps(), { id: setup.userId, serviceKey: null }, id);
    expect(backend).toMatchObject({ recycleState: null, draining: false });
    await cancelRecycle(deps(), { id: setup.userId, serviceKey: null }, id);
    await release();
    await expectOneRun(running.id);
    // Written in the background when the task began.
    await eventually(async () => expect((await find()).residency).not.toBeNull());
  });

  test('calls the restart hook only once no task is there, and waits for the new process', async () => {
    const running = Promise.withResolvers<void>();
    let taken: number | undefined;
    await using _dispatcher = await withHook(async () => {
      taken = await setup
        .database('slots')
        .where({ backend_id: id })
        .count('* as n')
        .first()
        .then((row) => Number(row?.n));
      running.resolve();
      await restartPreview();
    });
    const task = await runOne();
    await recycle();
    const waiting = await draw();
    await release();
    await running.promise;
    await expectOneRun(task.id);
    await expectOneRun(waiting.id);
    expect(taken).toBe(0);
    expect(await isOver()).toMatchObject({ recycleFault: null });
  });

  test('with a hook mends a dead worker, whose prompt nobody waits for', async () => {
    const left: unknown[] = [];
    const removeSoon = { attemptTimeoutMs: 20_000, removePromptMs: 1_500 };
    await using _dispatcher = await withHook(async () => {
      const queue = await fetch(`${preview.url}/queue`);
      left.push(...((await queue.json()) as { queue_running: unknown[] }).queue_running);
      await restartPreview();
    }, removeSoon);
    const running = await runOne();
    const behind = await draw();
    await setup.reached(behind.id, 'assigned');
    await preview.control({ killWorker: true });
    await recycle();
    for (const { id } of [running, behind]) await setup.reached(id, 'succeeded');
    // It was still there when the hook was called, once.
    expect(left).toHaveLength(1);
    expect(await isOver()).toMatchObject({ recycleFault: null });
  });

  test('whose hook fails gives the backend back and says why', async () => {
    await using _dispatcher = await withHook(async () => {
      throw new Error('no such unit');
    });
    await recycle();
    expect((await isOver()).recycleFault).toBe('The restart hook failed: no such unit.');
    await expectOneRun((await draw()).id);
  });

  test.each(['draining', 'freeing', 'restarting'] as const)(
    'left in %s by a dispatcher that died is carried on by the next',
    async (state) => {
      await Backend.query(setup.database).findById(id).patch({
        recycleState: state,
        recycleSince: new Date(),
        recycleReason: 'A test.',
        draining: true,
        recycleReturns: true,
      });
      const task = await draw();
      let calls = 0;
      await using _dispatcher = await withHook(async () => {
        calls += 1;
        await restartPreview();
      });
      await expectOneRun(task.id);
      expect(await isOver()).toMatchObject({ recycleFault: null });
      expect(calls).toBe(1);
    },
  );

  test('of a dispatcher killed while a task runs ends under the next one', async () => {
    await using first = await startDispatcherProcess(setup.environment);
    const running = await runOne();
    await recycle();
    const waiting = await draw();
    first.signal('SIGKILL');
    await first.ended;
    await using _second = await setup.start();
    await release();
    await expectOneRun(running.id);
    await expectOneRun(waiting.id);
    expect(await isOver()).toMatchObject({ recycleFault: null });
  });

  test('of a drained backend leaves it drained', async () => {
    await using _dispatcher = await setup.start();
    await Backend.query(setup.database).findById(id).patch({ draining: true });
    await recycle();
    await eventually(async () => expect(await find()).toMatchObject({ recycleState: null, draining: true }));
    await Backend.query(setup.database).findById(id).patch({ draining: false });
  });
});
