import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { Attempt, Slot } from '../../../ground/db/models/backend.ts';
import { Task } from '../../../ground/db/models/task.ts';
import { systemClock } from '../../../ground/runtime/clock.ts';
import { expectSettled } from '../../../testing/db/expectSettled.ts';
import type { DispatchSetup } from '../../../testing/dispatch/dispatchSetup.ts';
import {
  type AttemptScene,
  createAttemptScene,
  type OwnedAttempt,
} from '../../../testing/dispatch/ownedAttempt.ts';
import { failTask } from '../../tasks/attemptTransitions.ts';
import { cancelTask } from '../../tasks/cancelTask.ts';
import type { Fence } from '../../tasks/ownerFence.ts';

let scene: AttemptScene;
let setup: DispatchSetup;
let fence: Fence;
let client: OwnedAttempt['client'];
let run: OwnedAttempt['run'];

beforeAll(async () => {
  scene = await createAttemptScene();
  ({ setup } = scene);
});
afterAll(() => scene?.[Symbol.asyncDispose]());

beforeEach(async () => {
  ({ fence, client, run } = await scene.assignTask());
});

const countRuns = async () => ((await scene.preview.control({})).runs as string[]).length;

async function endTask(): Promise<void> {
  const error = { code: 'internal', detail: 'ended by the test' } as const;
  await failTask({ database: setup.database, clock: systemClock }, fence, error, 'test');
  await expectSettled(setup.database);
}

describe('an owner', () => {
  test('posts while its lease is recent', async () => {
    const before = await countRuns();
    expect(await run()).toMatchObject({ kind: 'succeeded' });
    expect(await countRuns()).toBe(before + 1);
    await expectSettled(setup.database);
  });

  test('saves its prompt before it posts: one that dies before the answer leaves it to its successor, who runs it once', async () => {
    const before = await countRuns();
    const death = new AbortController();
    const { post } = client;
    const posted = vi.spyOn(client, 'post').mockImplementationOnce(async (promptId, ...call) => {
      expect(await setup.listAttempts(fence.taskId)).toMatchObject([{ state: 'posted', promptId }]);
      expect(await post(promptId, ...call)).toEqual({ kind: 'accepted' });
      death.abort();
      throw death.signal.reason;
    });
    expect(await run({ left: death.signal })).toEqual({ kind: 'left' });
    expect(await run()).toMatchObject({ kind: 'succeeded' });
    expect(posted).toHaveBeenCalledOnce();
    expect(await countRuns()).toBe(before + 1);
    await expectSettled(setup.database);
  });

  test('posts nothing when its lease is old and not renewable', async () => {
    const before = await countRuns();
    expect(await run({ permit: { isYoung: () => false, renew: async () => false } })).toEqual({
      kind: 'left',
    });
    expect(await countRuns()).toBe(before);
    expect((await setup.listAttempts(fence.taskId))[0]).toMatchObject({ state: 'posted' });
    await endTask();
  });

  test('that did not post finds no prompt and requeues without a failure', async () => {
    await run({ permit: { isYoung: () => false, renew: async () => false } });
    expect(await run()).toEqual({ kind: 'elsewhere', userId: setup.userId, blame: 'nobody' });
    const task = await Task.query(setup.database).findById(fence.taskId);
    expect(task).toMatchObject({ status: 'queued', attempt: 1, failures: 0 });
    const deps = { database: setup.database, clock: systemClock, wakeSignals: setup.wakeSignals };
    await cancelTask(deps, fence.taskId, undefined);
    await expectSettled(setup.database);
  });

  test('makes a task that was often requeued without failure wait longer', async () => {
    await run({ permit: { isYoung: () => false, renew: async () => false } });
    const { taskId } = fence;
    for (const { tableName } of [Attempt, Slot])
      await setup.database(tableName).where({ taskId }).update({ attempt: 12 });
    await Task.query(setup.database).findById(taskId).patch({ attempt: 12 });
    const begunAtMs = Date.now();
    const { owner, epoch } = fence;
    expect(await run({ owner: { owner, epoch } })).toMatchObject({ kind: 'elsewhere' });
    const task = await Task.query(setup.database).findById(taskId).throwIfNotFound();
    expect(task.failures).toBe(0);
    expect((task.notBefore?.getTime() ?? 0) - begunAtMs).toBeGreaterThanOrEqual(60_000);
    await cancelTask({ ...setup, clock: systemClock }, taskId, undefined);
    await expectSettled(setup.database);
  });

  test('renews an old lease before posting', async () => {
    let isYoung = false;
    const renew = async () => {
      isYoung = true;
      return true;
    };
    expect(await run({ permit: { isYoung: () => isYoung, renew } })).toMatchObject({ kind: 'succeeded' });
    expect(isYoung).toBe(true);
    await expectSettled(setup.database);
  });

  test('posts and writes nothing under a past epoch', async () => {
    const before = await countRuns();
    const past = { owner: fence.owner, epoch: fence.epoch - 1 };
    expect(await run({ owner: past })).toEqual({ kind: 'left' });
    expect(await countRuns()).toBe(before);
    expect((await setup.listAttempts(fence.taskId))[0]).toMatchObject({ state: 'assigned', promptId: null });
    expect(await Task.query(setup.database).findById(fence.taskId)).toMatchObject({ status: 'assigned' });
    await endTask();
  });
});
