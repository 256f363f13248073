import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { builtinWorkflows } from '@star-graph/workflows/builtin';
import { ownGraph } from '@star-graph/workflows/ownGraph/ownGraph';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { OutputFile } from '../../../comfy/comfy.ts';
import { Task } from '../../../db/models/task.ts';
import { invariant } from '../../../errors.ts';
import { systemClock } from '../../../runtime/clock.ts';
import { newId } from '../../../runtime/ids.ts';
import type { Storage } from '../../../storage/storage.ts';
import { storeUnreachableProblem } from '../../../storage/storageProblems.ts';
import { silentLogger } from '../../../testing/dispatch/dispatchSetup.ts';
import { createNoise, createPictureFolder, createVideo } from '../../../testing/pictures.ts';
import type { AssignedAttempt } from '../attempt.ts';
import { collectOutputs } from './collectOutputs.ts';

let directory: string;
let folder: Awaited<ReturnType<typeof createPictureFolder>>;
let film: Buffer;
let picture: Buffer;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'star-graph-collect-'));
  folder = await createPictureFolder();
  film = createVideo('mp4');
  picture = await createNoise().png().toBuffer();
});
afterEach(() => void vi.unstubAllEnvs());
afterAll(async () => {
  await folder.remove();
  await rm(directory, { recursive: true, force: true });
});

function createAttempt(workflowName: string): AssignedAttempt {
  const workflow = [...builtinWorkflows, ownGraph].find(({ name }) => name === workflowName);
  invariant(workflow, 'a workflow of the platform');
  const id = newId();
  const task = Task.fromJson({ id, params: workflow === ownGraph ? ownGraph.example : {} });
  const fence = { taskId: id, attempt: 1, backendId: newId(), owner: newId(), epoch: 1 };
  const { signal } = new AbortController();
  return { fence, task, workflow, signals: { run: signal, left: signal } };
}

const fileOf = (media: OutputFile['media'], filename: string): OutputFile => ({
  nodeId: '9',
  filename,
  subfolder: '',
  type: 'output',
  media,
  isAnimated: media === 'video',
});

/** Collects the files of a backend; `fetched` counts the requests. */
async function collect(
  bytes: Buffer,
  media: 'image' | 'video' | 'audio',
  put: Storage['put'],
  { workflow = media === 'video' ? 'img2video' : 'text2img', outputBytes = 100_000_000 } = {},
) {
  let fetched = 0;
  const client = {
    async fetchOutput() {
      fetched += 1;
      return { stream: Readable.from([bytes]), bytes: bytes.length, mime: undefined };
    },
  };
  const clock = { ...systemClock, sleep: async () => undefined };
  const limits = { outputBytes, tempDirectory: join(directory, 'tmp'), filmCheckMs: 300 };
  const deps = { clock, logger: silentLogger, client, storage: { put }, limits };
  const attempt = createAttempt(workflow);
  const early = { take: async () => undefined };
  const outputs = await collectOutputs(deps, { ...attempt, early }, [
    fileOf(media, media === 'video' ? 'a.mp4' : 'a.png'),
  ]);
  return { outputs, fetched };
}

const putNothing: Storage['put'] = async (_key, body) => {
  if (!Buffer.isBuffer(body)) body.destroy();
};

describe('a result that cannot be checked', () => {
  test('for lack of ffmpeg fails the task with an operator fault', async () => {
    vi.stubEnv('PATH', directory);
    const { outputs, fetched } = await collect(film, 'video', putNothing);
    expect(outputs).toMatchObject({
      kind: 'fail',
      error: { code: 'internal' },
      fault: expect.stringContaining('ffmpeg'),
    });
    expect(fetched).toBe(1);
  });

  test('within its time limit fails the task after a second try', async () => {
    const slow = join(directory, 'ffmpeg');
    await writeFile(slow, '#!/bin/sh\nexec sleep 60\n');
    await chmod(slow, 0o755);
    vi.stubEnv('PATH', `${directory}:${process.env.PATH}`);
    const { outputs, fetched } = await collect(film, 'video', putNothing);
    await rm(slow);
    expect(outputs).toMatchObject({ kind: 'fail', error: { code: 'timed-out' } });
    expect(fetched).toBe(2);
  });

  test('by a fault of this program fails the task after some tries', async () => {
    const { outputs, fetched } = await collect(picture, 'image', async () => {
      throw new TypeError('x is not a function');
    });
    expect(outputs).toMatchObject({ kind: 'fail', error: { code: 'internal' } });
    expect(fetched).toBe(4);
  });
});

describe('a result that cannot be kept', () => {
  const own = { workflow: ownGraph.name };
  const elsewhere = { kind: 'elsewhere', countsAsFailure: true, blame: 'either' };

  test("for its kind is an own graph's fault, and is tried again for a workflow", async () => {
    const collectSound = (options: object) => collect(picture, 'audio', putNothing, options);
    expect((await collectSound(own)).outputs).toMatchObject({ kind: 'graph-fault' });
    expect((await collectSound({})).outputs).toMatchObject(elsewhere);
  });

  test("for its size is an own graph's fault, and is fetched once", async () => {
    const small = { outputBytes: 1_000 };
    const { outputs, fetched } = await collect(picture, 'image', putNothing, { ...own, ...small });
    expect([outputs, fetched]).toEqual([expect.objectContaining({ kind: 'graph-fault' }), 1]);
    expect((await collect(picture, 'image', putNothing, small)).outputs).toMatchObject({
      kind: 'elsewhere',
      blame: 'backend',
    });
  });

  test("for its damage is never an own graph's fault", async () => {
    const { outputs } = await collect(picture.subarray(0, 200), 'image', putNothing, own);
    expect(outputs).toMatchObject({ kind: 'elsewhere', blame: 'backend' });
  });
});

describe('a result that our storage does not take', () => {
  test('is retried until storage takes it', async () => {
    let refusals = 0;
    const diskFull = Object.assign(new Error('full'), { code: 'EROFS', syscall: 'open', path: '/objects' });
    const { outputs, fetched } = await collect(picture, 'image', async (...put) => {
      if (refusals++ < 40) throw refusals % 2 ? diskFull : storeUnreachableProblem(undefined);
      await putNothing(...put);
    });
    expect(outputs).toMatchObject([{ mime: 'image/png' }]);
    expect(fetched).toBe(41);
  });
});
