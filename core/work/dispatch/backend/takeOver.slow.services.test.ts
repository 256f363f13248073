import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Asset } from '../../../ground/db/models/asset.ts';
import { Backend, filmDeskUrl, Leader } from '../../../ground/db/models/backend.ts';
import { OutboxEvent } from '../../../ground/db/models/outboxEvent.ts';
import {
  type PreviewBackendProcess,
  startPreviewBackend,
} from '../../../testing/comfy/startPreviewBackend.ts';
import { expectSettled } from '../../../testing/db/expectSettled.ts';
import { startDispatcherProcess } from '../../../testing/dispatch/dispatcherProcess.ts';
import { createDispatchSetup, eventually } from '../../../testing/dispatch/dispatchSetup.ts';
import { fixture } from '../../../testing/fixture.ts';
import { createFilm } from '../../../testing/pictures.ts';

const setup = fixture(createDispatchSetup);
let backends: PreviewBackendProcess[];

beforeAll(async () => {
  const flags = ['--instant', '--threads', '1'];
  backends = await Promise.all([startPreviewBackend({ flags }), startPreviewBackend({ flags })]);
  await using _dispatcher = await setup.start();
  for (const { url } of backends) await setup.addBackend(url);
});

afterAll(async () => {
  for (const backend of backends ?? []) await backend.stop();
});

beforeEach(() => setPace(0));
afterEach(() => expectSettled(setup.database));

async function setPace(secondsPerStep: number): Promise<void> {
  for (const backend of backends) await backend.control({ disarm: 'all', simulate: { secondsPerStep } });
}

const draw = (steps: number) =>
  setup.submit('text2img', { prompt: 'a lighthouse', width: 256, height: 256, steps });

/** They last at half a second each until the pace is 0, however slow the machine is. */
const longSteps = 100;

/** The task ran once, under the prompt of its first owner. */
async function expectOneRun(taskId: string, promptId: string | null | undefined): Promise<void> {
  expect(await setup.reached(taskId, 'succeeded')).toMatchObject({ attempt: 1, failures: 0 });
  expect(await setup.listAttempts(taskId)).toMatchObject([{ promptId }]);
  expect(await Asset.query(setup.database).where({ taskId })).toHaveLength(1);
  const ends = await OutboxEvent.query(setup.database).where({ taskId, type: 'task_completed' });
  expect(ends).toHaveLength(1);
}

const promptIdOf = async (taskId: string) => (await setup.listAttempts(taskId))[0]?.promptId;

describe('a dispatcher', () => {
  test('killed during a run is followed by one that collects the prompt', async () => {
    await setPace(0.5);
    await using first = await startDispatcherProcess(setup.environment);
    const task = await draw(longSteps);
    await setup.reached(task.id, 'running');
    const promptId = await promptIdOf(task.id);
    first.signal('SIGKILL');
    await first.ended;
    await using _second = await setup.start();
    await setPace(0);
    await expectOneRun(task.id, promptId);
  });

  test('stopped gracefully hands over running and waiting tasks at once', async () => {
    await setPace(0.5);
    await using first = await startDispatcherProcess({ ...setup.environment, LEASE_SECONDS: '300' });
    const tasks = [await draw(longSteps), await draw(longSteps), await draw(longSteps)];
    for (const { id } of tasks) await setup.reached(id, 'assigned', 'running');
    const posted = await eventually(async () => {
      const promptIds = await Promise.all(tasks.map(({ id }) => promptIdOf(id)));
      expect(promptIds).not.toContain(null);
      return promptIds;
    });
    first.signal('SIGTERM');
    expect(await first.ended).toBe(0);
    // No lease is left to expire: with leases of 300 s the next one could not take over otherwise.
    await using second = await setup.start();
    for (const backend of await Backend.query(setup.database)) expect(backend.owner).toBe(second.id);
    await setPace(0);
    for (const [index, task] of tasks.entries()) await expectOneRun(task.id, posted[index]);
  });

  test('paused while another took over writes nothing afterwards', async () => {
    await setPace(0.5);
    await using first = await startDispatcherProcess(setup.environment);
    const task = await draw(longSteps);
    await setup.reached(task.id, 'running');
    const promptId = await promptIdOf(task.id);
    first.signal('SIGSTOP');
    // Its own leases last over a pause of this process, after which the first could take them back.
    await using second = await setup.start({ leaseMs: 12_000 });
    await setPace(0);
    await expectOneRun(task.id, promptId);
    const before = await setup.listAttempts(task.id);
    first.signal('SIGCONT');
    await eventually(() => expect(first.log()).toContain('another dispatcher took over a backend'));
    expect(await setup.listAttempts(task.id)).toEqual(before);
    expect(await Leader.query(setup.database).findById(1)).toMatchObject({ owner: second.id });
    await expectOneRun(task.id, promptId);
  });
});

describe('a dispatcher that stands still for longer than its lease', () => {
  test('and is alone continues its runs unchanged', async () => {
    await setPace(0.5);
    await using first = await startDispatcherProcess(setup.environment);
    const task = await draw(longSteps);
    await setup.reached(task.id, 'running');
    const promptId = await promptIdOf(task.id);
    const listOwned = async () =>
      (await Backend.query(setup.database).whereNotNull('owner').orderBy('id')).map(
        ({ id, owner, epoch }) => ({
          id,
          owner,
          epoch,
        }),
      );
    const before = await listOwned();
    first.signal('SIGSTOP');
    await eventually(async () => {
      const good = Backend.query(setup.database).whereRaw('lease_until >= NOW(3)');
      expect(await good.resultSize()).toBe(0);
    });
    first.signal('SIGCONT');
    await setPace(0);
    await expectOneRun(task.id, promptId);
    expect(await listOwned()).toEqual(expect.arrayContaining(before));
  });
});

describe('two dispatchers', () => {
  test('share the backends and never run a task twice', async () => {
    await using first = await setup.start();
    await using second = await setup.start();
    await eventually(async () => {
      const owners = (await Backend.query(setup.database)).map(({ owner }) => owner);
      expect(new Set(owners)).toEqual(new Set([first.id, second.id]));
    });
    // One after another: forty acceptances at once would wait for the pool that both dispatchers use here.
    const tasks: Awaited<ReturnType<typeof draw>>[] = [];
    for (let index = 0; index < 40; index++) tasks.push(await draw(1));
    for (const { id } of tasks) await expectOneRun(id, await promptIdAfterEnd(id));
    const runs = await Promise.all(backends.map((backend) => historyOf(backend.url)));
    const ours = new Set(await Promise.all(tasks.map(({ id }) => promptIdOf(id))));
    expect(runs.flat().filter((promptId) => ours.has(promptId))).toHaveLength(tasks.length);
  });
});

async function promptIdAfterEnd(taskId: string) {
  await setup.reached(taskId, 'succeeded');
  return promptIdOf(taskId);
}

async function historyOf(url: string): Promise<string[]> {
  return Object.keys((await (await fetch(`${url}/history`)).json()) as object);
}

describe('a backend', () => {
  test('restarted empty gets its task again under a new id, settled once', async () => {
    await using _dispatcher = await setup.start();
    await Backend.query(setup.database).findOne({ url: backends[1]?.url }).patch({ enabled: false });
    await setPace(0.5);
    const task = await draw(20);
    await setup.reached(task.id, 'running');
    const dying = backends[0] as PreviewBackendProcess;
    const port = Number(new URL(dying.url).port);
    await dying.kill();
    const flags = ['--instant', '--threads', '1'];
    backends[0] = await startPreviewBackend({ flags, port, dataDirectory: dying.dataDirectory });
    expect(await setup.reached(task.id, 'succeeded')).toMatchObject({ attempt: 2, failures: 1 });
    expect(new Set((await setup.listAttempts(task.id)).map(({ promptId }) => promptId)).size).toBe(2);
    await Backend.query(setup.database).findOne({ url: backends[1]?.url }).patch({ enabled: true });
  });

  test('restarted while idle counts as cold', async () => {
    await using _dispatcher = await setup.start();
    const findRow = () => Backend.query(setup.database).findOne({ url: backends[0]?.url });
    await Backend.query(setup.database).findOne({ url: backends[1]?.url }).patch({ enabled: false });
    const task = await draw(1);
    await setup.reached(task.id, 'succeeded');
    // Written in the background when the task began.
    await eventually(async () => expect((await findRow())?.residency?.length).toBeGreaterThan(0));
    const restarted = backends[0] as PreviewBackendProcess;
    const port = Number(new URL(restarted.url).port);
    await restarted.kill();
    const flags = ['--instant', '--threads', '1'];
    backends[0] = await startPreviewBackend({ flags, port, dataDirectory: restarted.dataDirectory });
    await eventually(async () => expect(await findRow()).toMatchObject({ state: 'up', residency: null }));
    await Backend.query(setup.database).findOne({ url: backends[1]?.url }).patch({ enabled: true });
  });

  test('that dies has its tasks done by another', async () => {
    await using _dispatcher = await setup.start();
    const [dead, other] = backends as [PreviewBackendProcess, PreviewBackendProcess];
    const findByUrl = ({ url }: PreviewBackendProcess) =>
      Backend.query(setup.database).findOne({ url }).throwIfNotFound();
    await eventually(async () => {
      expect(
        (await Backend.query(setup.database).whereNot({ url: filmDeskUrl })).map(({ state }) => state),
      ).toEqual(['up', 'up']);
    });
    await setPaceOf(dead, 0.5);
    await setPaceOf(other, 0);
    await findByUrl(other).patch({ enabled: false });
    const running = await draw(20);
    await setup.reached(running.id, 'running');
    // Given together with the first, it could be posted before that one.
    const waiting = await draw(20);
    await setup.reached(waiting.id, 'assigned');
    await dead.kill();
    await findByUrl(other).patch({ enabled: true });
    const ids = [(await findByUrl(dead)).id, (await findByUrl(other)).id];
    for (const { id } of [running, waiting]) {
      await setup.reached(id, 'succeeded');
      expect((await setup.listAttempts(id)).map(({ backendId }) => backendId)).toEqual(ids);
    }
    await eventually(async () => expect((await findByUrl(dead)).state).toBe('down'));
    const port = Number(new URL(dead.url).port);
    backends[0] = await startPreviewBackend({ port, dataDirectory: dead.dataDirectory });
  });
});

const setPaceOf = (backend: PreviewBackendProcess, secondsPerStep: number) =>
  backend.control({ simulate: { secondsPerStep } });

/** An `ffmpeg` that stands still where it would cut, and writes down who it is. */
async function createStandstill(): Promise<{ PATH: string; stillPid(): Promise<number> }> {
  const bin = join(setup.directory, 'bin');
  const [tool, pidFile] = [join(bin, 'ffmpeg'), join(bin, 'pid')];
  await mkdir(bin);
  const stand = `echo $$ > ${pidFile}.new; mv ${pidFile}.new ${pidFile}; exec sleep 600`;
  await writeFile(tool, `#!/bin/sh\ncase "$*" in *progress*) ${stand};; esac\nexit 0\n`);
  await chmod(tool, 0o755);
  const stillPid = () => eventually(async () => Number(await readFile(pidFile, 'utf8')));
  return { PATH: [bin, process.env.PATH].join(delimiter), stillPid };
}

test('an edit of a film whose dispatcher is killed is made once, by the next one', async () => {
  const film = createFilm(['testsrc=size=64x48:rate=10:duration=2'], { hasSound: true });
  const facts = { width: 64, height: 48, frames: 20, fps: 10, durationMs: 2_000 };
  const video = await setup.uploadFilm(film, facts);
  const { PATH, stillPid } = await createStandstill();
  await using first = await startDispatcherProcess({ ...setup.environment, PATH });
  await setup.awaitBackend(filmDeskUrl);
  const task = await setup.submit('edit-film', { video, parts: [{}, { speed: 2 }] });
  await setup.reached(task.id, 'running');
  const pid = await stillPid();
  first.signal('SIGKILL');
  await first.ended;
  process.kill(pid, 'SIGKILL');
  await using _second = await setup.start();
  expect(await setup.reached(task.id, 'succeeded', 'failed')).toMatchObject({
    status: 'succeeded',
    attempt: 2,
  });
  expect(await Asset.query(setup.database).where({ taskId: task.id })).toMatchObject([{ frames: 30 }]);
  const ends = await OutboxEvent.query(setup.database).where({ taskId: task.id, type: 'task_completed' });
  expect(ends).toHaveLength(1);
});
