import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { cancelWarmUp, requestWarmUp } from '../../../desk/pool/warmUp.ts';
import { Attempt, Backend, Leader } from '../../../ground/db/models/backend.ts';
import { AuditRecord } from '../../../ground/db/models/operation.ts';
import { Task } from '../../../ground/db/models/task.ts';
import { WarmUp } from '../../../ground/db/models/warmUp.ts';
import { systemClock } from '../../../ground/runtime/clock.ts';
import { newId } from '../../../ground/runtime/ids.ts';
import {
  type PreviewBackendProcess,
  startPreviewBackend,
} from '../../../testing/comfy/startPreviewBackend.ts';
import { expectSettled } from '../../../testing/db/expectSettled.ts';
import { startDispatcherProcess } from '../../../testing/dispatch/dispatcherProcess.ts';
import { createDispatchSetup, eventually } from '../../../testing/dispatch/dispatchSetup.ts';
import { fixture } from '../../../testing/fixture.ts';

const setup = fixture(createDispatchSetup);
let preview: PreviewBackendProcess;
let id: string;

beforeAll(async () => {
  preview = await startPreviewBackend({ flags: ['--instant', '--threads', '1'] });
  await using _dispatcher = await setup.start();
  id = (await setup.addBackend(preview.url)).id;
});

afterAll(async () => {
  await preview?.stop();
});

beforeEach(async () => {
  await WarmUp.query(setup.database).delete();
  await Backend.query(setup.database).findById(id).patch({ residency: null });
});
afterEach(async () => {
  await release();
  await expectSettled(setup.database);
});

const deps = () => ({ database: setup.database, clock: systemClock, catalogue: setup.catalogue });
const warm = (workflow = 'text2img', params = {}) =>
  requestWarmUp(deps(), { id: setup.userId, serviceKey: null }, id, { workflow, params });
const find = () => WarmUp.query(setup.database).findById(id);
const reaches = (state: string) =>
  eventually(async () => {
    const warmUp = await find();
    expect(warmUp?.state).toBe(state);
    return warmUp;
  });
async function probed(): Promise<void> {
  const seenAt = async () => (await Backend.query(setup.database).findById(id))?.seenAt;
  const before = await seenAt();
  await eventually(async () => expect(await seenAt()).not.toEqual(before));
}
const residency = async () => (await Backend.query(setup.database).findById(id))?.residency;
const draw = () => setup.submit('text2img', { prompt: 'a lighthouse', width: 256, height: 256, steps: 1 });
const hold = () => preview.control({ arm: [{ kind: 'hold', times: 'always' }] });
const release = () => preview.control({ disarm: ['hold'] });
/** All that ran there to its end, or was stopped. */
const listRuns = async () => Object.keys((await (await fetch(`${preview.url}/history`)).json()) as object);

describe('a warm-up', () => {
  test.each(['text2img', 'img2img', 'upscale'])(
    'of %s loads its models and is no task of anybody',
    async (workflow) => {
      await using _dispatcher = await setup.start();
      const [tasks, runs] = [await Task.query(setup.database).resultSize(), await listRuns()];
      await warm(workflow);
      const done = await reaches('done');
      expect(done?.models.length).toBeGreaterThan(0);
      await eventually(async () =>
        expect(await residency()).toEqual(expect.arrayContaining(done?.models ?? [])),
      );
      expect(await listRuns()).toEqual([...runs, done?.promptId]);
      expect(await Task.query(setup.database).resultSize()).toBe(tasks);
      expect(await Attempt.query(setup.database).where({ promptId: done?.promptId ?? '' })).toEqual([]);
    },
  );

  test('asked for again while it runs stays one prompt and one act', async () => {
    await using _dispatcher = await setup.start();
    const acts = () => AuditRecord.query(setup.database).where({ action: 'backend.warm-up' }).resultSize();
    const [before, runs] = [await acts(), await listRuns()];
    await hold();
    await Promise.all([warm(), reaches('posted')]);
    await warm();
    await expect(warm('upscale')).rejects.toMatchObject({ code: 'unavailable' });
    await release();
    await reaches('done');
    expect([await acts(), (await listRuns()).length]).toEqual([before + 1, runs.length + 1]);
  });

  test('waits for the task that runs and for those that wait', async () => {
    await using _dispatcher = await setup.start();
    await hold();
    const tasks = [await draw(), await draw(), await draw()];
    await setup.reached(tasks[0]?.id ?? '', 'running');
    const runs = await listRuns();
    await warm('upscale');
    await release();
    for (const task of tasks) expect(await setup.reached(task.id, 'succeeded')).toMatchObject({ attempt: 1 });
    const { promptId } = (await reaches('done')) ?? {};
    expect((await listRuns()).slice(runs.length)).toEqual([...(await promptsOf(tasks)), promptId]);
  });

  test('does not begin while a task waits that nobody has assigned yet', async () => {
    const far = new Date(Date.now() + 3_600_000);
    await Leader.query(setup.database).findById(1).patch({ owner: newId(), leaseUntil: far });
    await using _dispatcher = await setup.start();
    const task = await draw();
    await warm('upscale');
    // A whole look lies between two probes.
    for (let looks = 0; looks < 3; looks += 1) await probed();
    expect([(await find())?.state, (await setup.reached(task.id, 'queued')).attempt]).toEqual(['waiting', 0]);
    await Leader.query(setup.database).findById(1).patch({ owner: null, leaseUntil: null });
    await setup.reached(task.id, 'succeeded');
    await reaches('done');
  });

  test('gives way to a task that comes, and is made afterwards', async () => {
    await using _dispatcher = await setup.start();
    await hold();
    await warm('upscale');
    const first = (await reaches('posted'))?.promptId;
    await eventually(async () => {
      const queue = (await (await fetch(`${preview.url}/queue`)).json()) as Record<string, unknown[]>;
      expect(queue.queue_running).toHaveLength(1);
    });
    const task = await draw();
    // It runs although the warm-up would be held for ever.
    await setup.reached(task.id, 'running');
    await reaches('waiting');
    await release();
    expect(await setup.reached(task.id, 'succeeded')).toMatchObject({ attempt: 1, failures: 0 });
    expect((await reaches('done'))?.promptId).not.toBe(first);
  });

  test('posted by a dispatcher that died is followed by the next', async () => {
    await using first = await startDispatcherProcess(setup.environment);
    const runs = await listRuns();
    await hold();
    await warm();
    const posted = await reaches('posted');
    await eventually(async () => {
      const queue = (await (await fetch(`${preview.url}/queue`)).json()) as Record<string, unknown[]>;
      expect(queue.queue_running).toHaveLength(1);
    });
    first.signal('SIGKILL');
    await first.ended;
    await using _second = await setup.start();
    await release();
    expect((await reaches('done'))?.promptId).toBe(posted?.promptId);
    expect(await listRuns()).toEqual([...runs, posted?.promptId]);
  });

  test('whose prompt was never sent is made under another', async () => {
    await warm();
    const lost = '3f0c1e9a-0000-4000-8000-000000000000';
    await WarmUp.query(setup.database).findById(id).patch({ state: 'posted', promptId: lost });
    await using _dispatcher = await setup.start();
    const done = await reaches('done');
    expect(done).toMatchObject({ lost: 1 });
    expect(done?.promptId).not.toBe(lost);
  });

  test('runs while the queue is paused, as tasks wait then anyway', async () => {
    await using _dispatcher = await setup.start();
    await Leader.query(setup.database).findById(1).patch({ pausedAt: new Date() });
    const task = await draw();
    await warm();
    await reaches('done');
    expect(await setup.reached(task.id, 'queued')).toMatchObject({ attempt: 0 });
    await Leader.query(setup.database).findById(1).patch({ pausedAt: null });
    await setup.reached(task.id, 'succeeded');
  });

  test('called off before it began does not run', async () => {
    const runs = await listRuns();
    await warm();
    const { warmUp } = await cancelWarmUp(deps(), { id: setup.userId, serviceKey: null }, id);
    expect(warmUp).toBeUndefined();
    await using _dispatcher = await setup.start();
    await setup.reached((await draw()).id, 'succeeded');
    expect(await listRuns()).toHaveLength(runs.length + 1);
  });

  test('is refused for models that the server lacks', async () => {
    await expect(warm('text2img', { model: 'nobody-has-this.safetensors' })).rejects.toMatchObject({
      code: 'invalid-params',
    });
    await expect(warm('no-such-workflow')).rejects.toMatchObject({ code: 'not-found' });
  });
});

async function promptsOf(tasks: readonly Task[]) {
  const attempts = await Promise.all(tasks.map((task) => setup.listAttempts(task.id)));
  return attempts.map(([attempt]) => attempt?.promptId);
}
