import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { builtinWorkflows } from '@star-graph/workflows/builtin';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ComfyFault, type OutputFile } from '../../../../comfy/comfy.ts';
import { Task } from '../../../../ground/db/models/task.ts';
import { invariant } from '../../../../ground/errors.ts';
import { systemClock } from '../../../../ground/runtime/clock.ts';
import { newId } from '../../../../ground/runtime/ids.ts';
import { createFileStorage } from '../../../../ground/storage/fileStorage.ts';
import type { Storage } from '../../../../ground/storage/storage.ts';
import { noRules } from '../../../../people/safety/wordRules.ts';
import { eventually, silentLogger } from '../../../../testing/dispatch/dispatchSetup.ts';
import { testFileKeys } from '../../../../testing/fileKeys.ts';
import { createNoise } from '../../../../testing/pictures.ts';
import { readAll } from '../../../../testing/storageContract.ts';
import { collectOutputs } from './collectOutputs.ts';
import { createEarlyOutput } from './earlyOutput.ts';

let directory: string;
let storage: Storage;
let picture: Buffer;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'star-graph-early-'));
  const config = { directory, publicUrl: 'http://localhost', keys: testFileKeys };
  storage = await createFileStorage({ clock: systemClock }, config);
  picture = await createNoise().png().toBuffer();
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const file = (filename: string, values: Partial<OutputFile> = {}): OutputFile => ({
  nodeId: '9',
  filename,
  subfolder: '',
  type: 'output',
  media: 'image',
  isAnimated: false,
  ...values,
});

let fetched: string[];
let bytes: Buffer;
beforeEach(() => {
  fetched = [];
  bytes = picture;
});

function createScene() {
  const workflow = builtinWorkflows.find(({ name }) => name === 'text2img');
  invariant(workflow, 'a workflow of the platform');
  const id = newId();
  const run = new AbortController();
  const attempt = {
    fence: { taskId: id, attempt: 1, backendId: newId(), owner: newId(), epoch: 1 },
    task: Task.fromJson({ id, params: {} }),
    workflow,
    signals: { run: run.signal, left: run.signal },
  };
  const client = {
    async fetchOutput({ filename }: OutputFile, { maxBytes }: { maxBytes: number }) {
      fetched.push(filename);
      if (bytes.length > maxBytes) throw new ComfyFault('too-large', 'too large');
      return { stream: Readable.from([bytes]), bytes: bytes.length, mime: undefined };
    },
  };
  const limits = { outputBytes: 100_000_000, tempDirectory: join(directory, 'tmp') };
  const wordRules = async () => noRules;
  const deps = { clock: systemClock, logger: silentLogger, client, storage, limits, wordRules };
  const early = createEarlyOutput(deps, attempt);
  const collect = (files: readonly OutputFile[]) => collectOutputs(deps, { ...attempt, early }, files);
  return { early, collect, run };
}

const incoming = () => readdir(join(directory, 'incoming'));
async function storedKeys(): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of storage.list('')) keys.push(key);
  return keys;
}

describe('a picture that its node named before the end', () => {
  test('appears once the history names it, and is fetched once', async () => {
    const { early, collect } = createScene();
    const before = await storedKeys();
    early.fetch([file('a.png')]);
    await eventually(async () => expect(await incoming()).toHaveLength(1));
    expect(await storedKeys()).toEqual(before);
    const outputs = await collect([file('a.png'), file('b.png')]);
    invariant(!('kind' in outputs) && outputs[0], 'both were collected');
    expect(outputs).toHaveLength(2);
    expect(await readAll(storage, outputs[0].storageKey)).toHaveLength(outputs[0].bytes);
    expect(fetched).toEqual(['a.png', 'b.png']);
    await early.end();
    expect(await incoming()).toEqual([]);
  });

  test.each<[string, (scene: ReturnType<typeof createScene>) => unknown]>([
    ['has no result', () => undefined],
    ['is cancelled', ({ run }) => run.abort(new Error('cancelled'))],
  ])('leaves nothing when its run %s', async (_what, act) => {
    const scene = createScene();
    const before = await storedKeys();
    scene.early.fetch([file('a.png')]);
    await eventually(async () => expect(await incoming()).toHaveLength(1));
    act(scene);
    await scene.early.end();
    expect(await incoming()).toEqual([]);
    expect(await storedKeys()).toEqual(before);
  });

  test.each<[string, () => Buffer | Promise<Buffer>]>([
    ['damaged', () => picture.subarray(0, -30)],
    ['large', () => createNoise(2_000, 2_000).png({ compressionLevel: 0 }).toBuffer()],
  ])('is fetched again after the end when it was %s', async (_what, create) => {
    const { early, collect } = createScene();
    bytes = await create();
    early.fetch([file('a.png')]);
    await eventually(() => expect(fetched).toHaveLength(1));
    // The first answer is on its way already.
    bytes = picture;
    expect(await collect([file('a.png')])).toMatchObject([{ mime: 'image/png' }]);
    expect(fetched).toEqual(['a.png', 'a.png']);
  });

  test('is fetched again when it was written again', async () => {
    const { early, collect } = createScene();
    early.fetch([file('a.png')]);
    early.fetch([file('a.png')]);
    expect(await collect([file('a.png')])).toHaveLength(1);
    expect(fetched).toEqual(['a.png', 'a.png']);
    await early.end();
    expect(await incoming()).toEqual([]);
  });

  test('is not fetched when it is a preview or a film', () => {
    const { early } = createScene();
    early.fetch([file('a.png', { type: 'temp' }), file('a.mp4', { media: 'video', isAnimated: true })]);
    expect(fetched).toEqual([]);
  });
});
