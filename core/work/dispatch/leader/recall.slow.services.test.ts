import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Backend, Slot } from '../../../ground/db/models/backend.ts';
import type { Task } from '../../../ground/db/models/task.ts';
import {
  type PreviewBackendProcess,
  startPreviewBackend,
} from '../../../testing/comfy/startPreviewBackend.ts';
import { expectSettled } from '../../../testing/db/expectSettled.ts';
import { startDispatcherProcess } from '../../../testing/dispatch/dispatcherProcess.ts';
import { createDispatchSetup, eventually } from '../../../testing/dispatch/dispatchSetup.ts';
import { fixture } from '../../../testing/fixture.ts';

const setup = fixture(createDispatchSetup);
let busy: PreviewBackendProcess;
let idle: PreviewBackendProcess;
let busyId: string;
let idleId: string;
/** It runs until the test lets it end. */
let long: Task;

const flags = ['--instant', '--threads', '1'];

beforeAll(async () => {
  [busy, idle] = await Promise.all([startPreviewBackend({ flags }), startPreviewBackend({ flags })]);
  await using _dispatcher = await setup.start();
  busyId = (await setup.addBackend(busy.url)).id;
  idleId = (await setup.addBackend(idle.url)).id;
});

afterAll(async () => {
  await Promise.all([busy?.stop(), idle?.stop()]);
});

beforeEach(async () => {
  await setEnabled(idleId, false);
  await busy.control({ arm: [{ kind: 'hold', times: 'always' }] });
});

afterEach(async () => {
  await eventually(async () => expect(await Slot.query(setup.database)).toEqual([]));
  await expectSettled(setup.database);
});

const draw = (side: number, steps: number) =>
  setup.submit('text2img', { prompt: 'a lighthouse', width: side, height: side, steps });
const setEnabled = (id: string, enabled: boolean) =>
  Backend.query(setup.database).findById(id).patch({ enabled });

/** A long task runs, and a short one waits behind it on the same backend. */
async function prefetchBehindLong(): Promise<Task> {
  // Its estimate is longer than the idle backend needs to load the model.
  long = await draw(768, 100);
  await setup.reached(long.id, 'running');
  const waiting = await draw(256, 1);
  await eventually(async () =>
    expect(await setup.listAttempts(waiting.id)).toMatchObject([{ backendId: busyId, state: 'posted' }]),
  );
  return waiting;
}

async function letLongEnd(): Promise<void> {
  await busy.control({ disarm: ['hold'] });
  expect(await setup.reached(long.id, 'succeeded')).toMatchObject({ attempt: 1, failures: 0 });
}

/** The task ran once, on the idle backend, while the long one went on. */
async function expectRecalled({ id }: Task): Promise<void> {
  expect(await setup.reached(id, 'succeeded')).toMatchObject({ attempt: 2, failures: 0 });
  expect(await setup.listAttempts(id)).toMatchObject([
    { backendId: busyId, state: 'ended', startedAt: null },
    { backendId: idleId, state: 'ended' },
  ]);
  expect((await setup.listAttempts(long.id)).length).toBe(1);
  expect(await setup.reached(long.id, 'running')).toMatchObject({ attempt: 1 });
}

describe('a prefetched task', () => {
  test('is recalled to an idle backend while the long one continues', async () => {
    await using _dispatcher = await setup.start();
    const waiting = await prefetchBehindLong();
    await setEnabled(idleId, true);
    await expectRecalled(waiting);
    const queue = (await (await fetch(`${busy.url}/queue`)).json()) as Record<string, unknown[]>;
    expect(queue).toMatchObject({ queue_running: [{}], queue_pending: [] });
    await letLongEnd();
  });

  test('is given back by the next owner when its own is gone', async () => {
    const first = await startDispatcherProcess(setup.environment);
    const waiting = await prefetchBehindLong();
    first.signal('SIGKILL');
    await first.ended;
    const [attempt] = await setup.listAttempts(waiting.id);
    await attempt?.$query(setup.database).patch({ recalledAt: new Date() });
    // Before the owner comes: without another backend a recalled task would be prefetched again.
    await setEnabled(idleId, true);
    await using _second = await setup.start();
    await expectRecalled(waiting);
    await letLongEnd();
  });
});
