import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Backend } from '../../../ground/db/models/backend.ts';
import { createRedis } from '../../../ground/redis/createRedis.ts';
import { systemClock } from '../../../ground/runtime/clock.ts';
import {
  type PreviewBackendProcess,
  startPreviewBackend,
} from '../../../testing/comfy/startPreviewBackend.ts';
import { expectSettled } from '../../../testing/db/expectSettled.ts';
import {
  createDispatchSetup,
  eventually,
  type RunningDispatcher,
} from '../../../testing/dispatch/dispatchSetup.ts';
import { fixture } from '../../../testing/fixture.ts';
import { createProgressReader } from '../../events/progressBus.ts';
import { cancelTask } from '../../tasks/cancelTask.ts';

const setup = fixture(createDispatchSetup);
let dispatcher: RunningDispatcher;
let first: PreviewBackendProcess;
let second: PreviewBackendProcess;
let firstId: string;
let secondId: string;

const flags = ['--instant', '--threads', '1'];

beforeAll(async () => {
  dispatcher = await setup.start();
  [first, second] = await Promise.all([startPreviewBackend({ flags }), startPreviewBackend({ flags })]);
  firstId = (await setup.addBackend(first.url)).id;
  secondId = (await setup.addBackend(second.url)).id;
});

afterAll(async () => {
  await dispatcher?.[Symbol.asyncDispose]();
  await Promise.all([first?.stop(), second?.stop()]);
});

afterEach(() => expectSettled(setup.database));

const held = { arm: [{ kind: 'hold', times: 'always' }] };
const released = { disarm: ['hold'] };
const draw = (steps = 1) =>
  setup.submit('text2img', { prompt: 'a lighthouse', width: 256, height: 256, steps });
const patch = (id: string, values: Partial<Backend>) =>
  Backend.query(setup.database).findById(id).patch(values);
const backendsOf = async (taskId: string) =>
  (await setup.listAttempts(taskId)).map(({ backendId }) => backendId);
const stateOf = async (id: string) => (await Backend.query(setup.database).findById(id))?.state;
const hasState = (id: string, state: string) => eventually(async () => expect(await stateOf(id)).toBe(state));
async function lookedAt(id: string): Promise<void> {
  const seenAt = async () => (await Backend.query(setup.database).findById(id))?.seenAt;
  const before = await seenAt();
  await eventually(async () => expect(await seenAt()).not.toEqual(before));
}

describe('a backend', () => {
  test('reports its features and models before it gets tasks', async () => {
    const backend = await Backend.query(setup.database).findById(firstId);
    expect(backend).toMatchObject({ state: 'up', owner: dispatcher.id });
    expect(backend?.facts?.comfyVersion).toMatch(/^\d+\.\d+/);
    expect((await setup.catalogue.listModels()).length).toBeGreaterThan(0);
  });

  test('that drains or is disabled finishes its tasks and gets none', async () => {
    await patch(secondId, { enabled: false });
    await first.control(held);
    const running = await draw();
    await setup.reached(running.id, 'running');
    await patch(firstId, { draining: true });
    await patch(secondId, { enabled: true });
    const next = [await draw(), await draw(), await draw()];
    for (const { id } of next) {
      await setup.reached(id, 'succeeded');
      expect(await backendsOf(id)).toEqual([secondId]);
    }
    await first.control(released);
    await setup.reached(running.id, 'succeeded');
    expect(await backendsOf(running.id)).toEqual([firstId]);
    await patch(firstId, { draining: false });
  });

  test('removed while it works keeps its owner until it is empty', async () => {
    await patch(secondId, { enabled: false });
    await first.control(held);
    const running = await draw();
    await setup.reached(running.id, 'running');
    await patch(firstId, { removedAt: new Date() });
    await lookedAt(firstId);
    expect(await Backend.query(setup.database).findById(firstId)).toMatchObject({ owner: dispatcher.id });
    await first.control(released);
    await setup.reached(running.id, 'succeeded');
    await eventually(async () => {
      expect((await Backend.query(setup.database).findById(firstId))?.owner).toBeNull();
    });
    await patch(firstId, { removedAt: null });
    await patch(secondId, { enabled: true });
    await eventually(async () => {
      const backend = await Backend.query(setup.database).findById(firstId);
      expect(backend).toMatchObject({ owner: dispatcher.id, state: 'up' });
    });
  });
});

describe('a waiting task', () => {
  test('shows its place and expected end, even on a backend', async () => {
    const redis = createRedis({ url: setup.redisUrl });
    const reader = createProgressReader({ redis, prefix: setup.prefix });
    for (const backend of [first, second]) await backend.control(held);
    // Two run, two are prefetched, and the others wait.
    const tasks = [];
    for (let index = 0; index < 6; index++) tasks.push(await draw(100));
    const ids = tasks.map(({ id }) => id);
    await eventually(async () => {
      const progress = [...(await reader.findProgress(ids)).values()];
      const inLine = progress.filter(({ queuePosition }) => queuePosition !== undefined);
      expect(inLine.map(({ queuePosition }) => queuePosition).sort()).toEqual([1, 2, 3, 4]);
      expect(inLine.filter(({ etaSeconds = 0 }) => etaSeconds <= 0)).toEqual([]);
    });
    for (const backend of [first, second]) await backend.control(released);
    for (const { id } of tasks) await setup.reached(id, 'succeeded');
    redis.disconnect();
  });
});

describe('a sick backend', () => {
  test('that executes nothing loses its tasks to another, without their failure', async () => {
    await patch(secondId, { enabled: false });
    await first.control({ killWorker: true });
    const tasks = [await draw(), await draw()];
    // It is down until its queue was emptied, which may be short.
    await hasState(firstId, 'resting');
    await patch(secondId, { enabled: true });
    for (const { id } of tasks) {
      expect(await setup.reached(id, 'succeeded')).toMatchObject({ failures: 0 });
      const [lost, ...others] = await setup.listAttempts(id);
      expect(lost).toMatchObject({ backendId: firstId, fault: 'the backend executes nothing' });
      expect(others.at(-1)?.backendId).toBe(secondId);
    }
  });

  test('that was restarted takes one task on trial and is up after it', async () => {
    await patch(secondId, { enabled: false });
    const port = Number(new URL(first.url).port);
    await first.kill();
    first = await startPreviewBackend({ flags, port, dataDirectory: first.dataDirectory });
    const { id } = await draw();
    expect(await setup.reached(id, 'succeeded')).toMatchObject({ failures: 0 });
    expect((await backendsOf(id)).at(-1)).toBe(firstId);
    await hasState(firstId, 'up');
    await patch(secondId, { enabled: true });
  });

  test("stays in use when one user's tasks fail on every backend", async () => {
    await patch(secondId, { enabled: false });
    const draws = Array.from({ length: 4 }, () =>
      setup.submit('text2img', { prompt: 'too large [fault:oom]', width: 256, height: 256, steps: 1 }),
    );
    for (const { id } of await Promise.all(draws))
      expect(await setup.reached(id, 'failed')).toMatchObject({ failures: 2 });
    // The second probe from now began after the last end was known.
    for (let look = 0; look < 2; look++) await lookedAt(firstId);
    expect(await stateOf(firstId)).toBe('up');
    const later = await draw();
    await setup.reached(later.id, 'succeeded');
    await patch(secondId, { enabled: true });
  });

  test('that fails most tasks rests while they succeed elsewhere', async () => {
    await first.control({ arm: [{ kind: 'node-error', times: 'always' }] });
    // Its window holds earlier ends, so it takes up to ten.
    for (let count = 0; count < 10 && (await stateOf(firstId)) !== 'resting'; count++) {
      await patch(secondId, { enabled: false });
      const { id } = await draw();
      await eventually(async () => expect((await setup.listAttempts(id))[0]?.state).toBe('ended'));
      await patch(secondId, { enabled: true });
      await setup.reached(id, 'succeeded');
      expect((await backendsOf(id)).at(-1)).toBe(secondId);
      // The second probe from now began after the end elsewhere was known.
      for (let look = 0; look < 2; look++) await lookedAt(firstId);
    }
    await hasState(firstId, 'resting');
    const later = await draw();
    await setup.reached(later.id, 'succeeded');
    expect(await backendsOf(later.id)).toEqual([secondId]);
  });

  test('that hands over a page for a picture rests after one task, and says why', async () => {
    await patch(firstId, { enabled: false });
    await second.control({ arm: [{ kind: 'http-garbage', path: '/view', times: 'always' }] });
    const { id } = await draw();
    await hasState(secondId, 'resting');
    const { stateReason } = await Backend.query(setup.database).findById(secondId).throwIfNotFound();
    expect(stateReason).toContain('proves it broken: the file of a result is damaged');
    expect(await setup.listAttempts(id)).toMatchObject([{ fault: 'the file of a result is damaged' }]);
    const { database, wakeSignals, userId } = setup;
    await cancelTask({ database, clock: systemClock, wakeSignals }, id, userId);
  });
});
