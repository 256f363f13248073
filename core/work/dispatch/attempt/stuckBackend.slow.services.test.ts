import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Backend, Slot } from '../../../ground/db/models/backend.ts';
import type { Task } from '../../../ground/db/models/task.ts';
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
  testConfig,
} from '../../../testing/dispatch/dispatchSetup.ts';
import { fixture } from '../../../testing/fixture.ts';
import { cancelTask } from '../../tasks/cancelTask.ts';

const setup = fixture(createDispatchSetup);
let dispatcher: RunningDispatcher;
let sick: PreviewBackendProcess;
let well: PreviewBackendProcess;
let sickId: string;
let wellId: string;
let running: Task;
let prefetched: Task;

const flags = ['--instant', '--threads', '1'];

beforeAll(async () => {
  const { limits, comfy } = testConfig(setup.directory);
  dispatcher = await setup.start({
    limits: { ...limits, removePromptMs: 1_500 },
    // Long before the limit of an attempt, which counts from the start of a run.
    comfy: { ...comfy, stalledAfterMs: 10_000 },
  });
  [sick, well] = await Promise.all([startPreviewBackend({ flags }), startPreviewBackend({ flags })]);
  sickId = (await setup.addBackend(sick.url)).id;
  wellId = (await setup.addBackend(well.url)).id;
});

afterAll(async () => {
  await dispatcher?.[Symbol.asyncDispose]();
  await Promise.all([sick?.stop(), well?.stop()]);
});

/** One task runs on a backend whose worker then dies. Another task waits behind it. */
beforeEach(async () => {
  await setEnabled(wellId, false);
  await sick.control({ simulate: { secondsPerStep: 0.5 } });
  running = await draw();
  await setup.reached(running.id, 'running');
  prefetched = await draw();
  await eventually(async () => {
    expect(await setup.listAttempts(prefetched.id)).toMatchObject([{ backendId: sickId, state: 'posted' }]);
  });
  await sick.control({ killWorker: true });
});

afterEach(async () => {
  const port = Number(new URL(sick.url).port);
  await sick.kill();
  sick = await startPreviewBackend({ flags, port, dataDirectory: sick.dataDirectory });
  await eventually(async () => expect(await stateOf(sickId)).toBe('up'));
  await eventually(async () => expect(await Slot.query(setup.database)).toEqual([]));
  await expectSettled(setup.database);
});

/** Longer at the pace of the sick backend than a busy machine takes to see both tasks there. */
const draw = () => setup.submit('text2img', { prompt: 'a lighthouse', width: 256, height: 256, steps: 80 });
const setEnabled = (id: string, enabled: boolean) =>
  Backend.query(setup.database).findById(id).patch({ enabled });
const findBackend = async (id: string) => await Backend.query(setup.database).findById(id).throwIfNotFound();
const stateOf = async (id: string) => (await findBackend(id)).state;

/** Down now, and after each following look. */
async function expectDownForLooks(): Promise<void> {
  await eventually(async () => expect(await stateOf(sickId)).toBe('down'));
  for (let look = 0; look < 3; look++) {
    const { seenAt } = await findBackend(sickId);
    await eventually(async () => expect((await findBackend(sickId)).seenAt).not.toEqual(seenAt));
    expect(await stateOf(sickId)).toBe('down');
  }
}

/**
 * The second backend is added only now. Earlier, the task would be recalled before its own backend is known to be
 * stuck.
 */
async function expectPrefetchedElsewhere(): Promise<void> {
  await eventually(async () => {
    const [first] = await setup.listAttempts(prefetched.id);
    expect(first).toMatchObject({ backendId: sickId, fault: 'the backend executes nothing' });
  });
  await setEnabled(wellId, true);
  expect(await setup.reached(prefetched.id, 'succeeded')).toMatchObject({ attempt: 2, failures: 0 });
  const [, second] = await setup.listAttempts(prefetched.id);
  expect(second).toMatchObject({ backendId: wellId });
}

describe('a backend whose worker died on a running prompt', () => {
  test('is down and keeps its slot until it drops the cancelled task', async () => {
    const deps = { database: setup.database, clock: systemClock, wakeSignals: setup.wakeSignals };
    await cancelTask(deps, running.id, setup.userId);
    await expectPrefetchedElsewhere();
    await expectDownForLooks();
    expect(await Slot.query(setup.database)).toMatchObject([{ backendId: sickId, taskId: running.id }]);
    const later = await draw();
    await setup.reached(later.id, 'succeeded');
    expect(await setup.listAttempts(later.id)).toMatchObject([{ backendId: wellId }]);
  });

  test('fails the running task and stays down after the attempt ends', async () => {
    await expectPrefetchedElsewhere();
    expect(await setup.reached(running.id, 'succeeded')).toMatchObject({ attempt: 2, failures: 1 });
    const [lost] = await setup.listAttempts(running.id);
    expect(lost?.fault).toBe('the backend said nothing of it while it ran');
    await expectDownForLooks();
  });
});
