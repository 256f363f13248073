import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addAbortSignal, Readable } from 'node:stream';
import { builtinWorkflows } from '@star-graph/workflows/builtin';
import { ownGraph } from '@star-graph/workflows/graph/ownGraph';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { ComfyClient, OutputFile } from '../../../../comfy/comfy.ts';
import { Task } from '../../../../ground/db/models/task.ts';
import { invariant } from '../../../../ground/errors.ts';
import { type Clock, systemClock } from '../../../../ground/runtime/clock.ts';
import { newId } from '../../../../ground/runtime/ids.ts';
import type { Storage } from '../../../../ground/storage/storage.ts';
import { storeUnreachableProblem } from '../../../../ground/storage/storageProblems.ts';
import type { Inspector } from '../../../../people/safety/inspector.ts';
import { noRules } from '../../../../people/safety/wordRules.ts';
import { silentLogger } from '../../../../testing/dispatch/dispatchSetup.ts';
import { createManualClock } from '../../../../testing/manualClock.ts';
import {
  createBody,
  createNoise,
  createPictureFolder,
  createSquareBody,
  createVideo,
} from '../../../../testing/pictures.ts';
import type { AssignedAttempt } from '../attempt.ts';
import { problems } from '../decision.ts';
import type { CollectDeps } from './collectFile.ts';
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

function createAttempt(workflowName: string, params: object, image?: object): AssignedAttempt {
  const workflow = [...builtinWorkflows, ownGraph].find(({ name }) => name === workflowName);
  invariant(workflow, 'a workflow of the platform');
  const id = newId();
  const images = image ? { image } : {};
  const task = Task.fromJson({ id, images, params: workflow === ownGraph ? ownGraph.example : params });
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
  media: 'image' | 'video' | 'other' | 'model3d',
  put: Storage['put'],
  options: {
    workflow?: string;
    outputBytes?: number;
    params?: object;
    /** The size of its input. */
    image?: { width: number; height: number };
    results?: number;
    /** Texts beside them. */
    said?: readonly string[];
    inspector?: Pick<Inspector, 'inspectObject'>;
    clock?: Clock;
    /** The backend begins a file and never goes on. */
    isEndless?: boolean;
  } = {},
) {
  const { workflow = media === 'video' ? 'img2video' : 'text2img', outputBytes = 100_000_000 } = options;
  let fetched = 0;
  const client: Pick<ComfyClient, 'fetchOutput'> = {
    async fetchOutput(_file, { signal }) {
      fetched += 1;
      const stream = options.isEndless && signal ? endless(bytes, signal) : Readable.from([bytes]);
      return { stream, bytes: bytes.length, mime: undefined };
    },
  };
  const clock = options.clock ?? { ...systemClock, sleep: async () => undefined };
  const limits = { outputBytes, tempDirectory: join(directory, 'tmp'), filmCheckMs: 300 };
  const wordRules = async () => noRules;
  const { inspector } = options;
  const deps = { clock, logger: silentLogger, client, storage: { put }, limits, wordRules, inspector };
  const attempt = createAttempt(workflow, options.params ?? {}, options.image);
  const early = { take: async () => undefined };
  const files = Array.from({ length: options.results ?? 1 }, (_, at) =>
    fileOf(media, media === 'video' ? `${at}.mp4` : `${at}.png`),
  );
  const said = (options.said ?? []).map(saidAs);
  const outputs = await collectOutputs(deps, { ...attempt, early }, [...files, ...said]);
  return { outputs, fetched };
}

/** As a connection, it ends with the signal. */
function endless(bytes: Buffer, signal: AbortSignal): Readable {
  const stream = new Readable({ read: () => undefined });
  stream.push(bytes.subarray(0, 100));
  return addAbortSignal(signal, stream);
}

const saidAs = (text: string): OutputFile => ({ ...fileOf('text', 'a.txt'), type: 'temp', text });

const putNothing: Storage['put'] = async (_key, body) => {
  if (body instanceof Readable) body.destroy();
};

describe('several results', () => {
  /** The head of pixels that do not end soon. */
  const longChunk = Buffer.from('7fffffff49444154', 'hex');

  /** Each file comes when it is told to; one that is `undefined` never comes, and ends with its signal. */
  function createGate(bodies: readonly (Buffer | undefined)[]) {
    const gates = bodies.map(() => Promise.withResolvers<void>());
    const asked: number[] = [];
    const ended: number[] = [];
    const client: Pick<ComfyClient, 'fetchOutput'> = {
      async fetchOutput({ filename }, { signal }) {
        const at = Number.parseInt(filename, 10);
        asked.push(at);
        signal?.addEventListener('abort', () => ended.push(at));
        const body = bodies[at];
        if (!body) {
          const stream = addAbortSignal(
            signal ?? new AbortController().signal,
            new Readable({ read: () => undefined }),
          );
          stream.push(Buffer.concat([picture.subarray(0, 33), longChunk, Buffer.alloc(300_000)]));
          return { stream, bytes: undefined, mime: undefined };
        }
        await gates[at]?.promise;
        return { stream: Readable.from([body]), bytes: body.length, mime: undefined };
      },
    };
    return { client, asked, ended, open: (at: number) => gates[at]?.resolve() };
  }

  function begin({ client }: ReturnType<typeof createGate>, results: number) {
    const deps: CollectDeps = {
      clock: { ...systemClock, sleep: async () => undefined },
      logger: silentLogger,
      client,
      storage: { put: putNothing },
      limits: { outputBytes: 100_000_000, tempDirectory: join(directory, 'side'), filmCheckMs: 300 },
      wordRules: async () => noRules,
    };
    const attempt = createAttempt('text2img', { prompt: 'a', width: 200, height: 150 });
    const files = Array.from({ length: results }, (_, at) => fileOf('image', `${at}.png`));
    return collectOutputs(deps, { ...attempt, early: { take: async () => undefined } }, files);
  }

  test('are fetched side by side, and are told in the order of the history', async () => {
    const bodies = await Promise.all(
      [0, 3, 9].map((compressionLevel) => createNoise().png({ compressionLevel }).toBuffer()),
    );
    const gate = createGate(bodies);
    const collecting = begin(gate, 3);
    await expect.poll(() => gate.asked).toEqual([0, 1, 2]);
    for (const at of [2, 1, 0]) gate.open(at);
    const outputs = await collecting;
    if (!Array.isArray(outputs)) throw new Error(outputs.kind);
    const added = outputs.map(({ bytes }, at) => bytes - (bodies[at]?.length ?? 0));
    expect(new Set(bodies.map(({ length }) => length)).size).toBe(3);
    expect(new Set(added).size, 'to each its provenance').toBe(1);
    const ids = outputs.map(({ id }) => id);
    expect(ids).toEqual(ids.toSorted());
  });

  test('are no more than four at once', async () => {
    const gate = createGate(Array.from({ length: 6 }, () => picture));
    const collecting = begin(gate, 6);
    await expect.poll(() => gate.asked).toEqual([0, 1, 2, 3]);
    gate.open(1);
    await expect.poll(() => gate.asked).toEqual([0, 1, 2, 3, 4]);
    for (const at of [0, 2, 3, 4, 5]) gate.open(at);
    expect(await collecting).toHaveLength(6);
  });

  test('are given up with one that cannot be had, and nothing of them is left', async () => {
    const gate = createGate([undefined, picture.subarray(0, 200), undefined]);
    const collecting = begin(gate, 3);
    await expect.poll(() => gate.asked).toEqual([0, 1, 2]);
    await expect.poll(() => readdir(join(directory, 'side'))).toHaveLength(2);
    gate.open(1);
    expect(await collecting).toMatchObject({ kind: 'elsewhere' });
    expect(new Set(gate.ended)).toEqual(new Set([0, 1, 2]));
    expect(await readdir(join(directory, 'side'))).toEqual([]);
  });
});

describe('a body', () => {
  test('has its picture, which is judged, before its row; one that cannot be drawn is kept', async () => {
    const keys: string[] = [];
    const put: Storage['put'] = async (key, body) => {
      keys.push(key);
      if (body instanceof Readable) body.destroy();
    };
    const verdict = { kind: 'withheld', reason: 'sexual', scores: null } as const;
    const inspector = { inspectObject: vi.fn(async () => verdict) };
    const options = { workflow: 'hunyuan3d', inspector };
    const { outputs } = await collect(createSquareBody(), 'model3d', put, options);
    const [shown] = Array.isArray(outputs) ? outputs : [];
    expect(inspector.inspectObject.mock.calls).toEqual([[shown?.thumbnailKey, expect.anything()]]);
    expect(shown).toMatchObject({ verdict });
    expect(shown?.thumbnailKey).toBe(`thumbnails/${shown?.id}.webp`);
    expect(keys).toEqual([shown?.storageKey, shown?.thumbnailKey]);
    expect(shown).not.toHaveProperty('thumbnail');

    const plain = await collect(createBody(), 'model3d', putNothing, { workflow: 'hunyuan3d' });
    expect(plain.outputs).toMatchObject([{ mime: 'model/gltf-binary', thumbnailKey: null }]);
  });
});

describe('a text without a word', () => {
  test('is left out where there is another result', async () => {
    const { outputs } = await collect(picture, 'image', putNothing, { said: [' ', 'a cat'] });
    expect(outputs).toMatchObject([{ mime: 'image/png' }, { mime: 'text/plain', text: 'a cat' }]);
  });

  test('by itself fails at the first try with that reason, unless its own graph pays for it', async () => {
    const alone = { results: 0, said: [''] };
    const { outputs } = await collect(picture, 'image', putNothing, { ...alone, workflow: 'describe' });
    expect(outputs).toMatchObject({ kind: 'fail', error: problems.emptyText });
    const own = await collect(picture, 'image', putNothing, { ...alone, workflow: ownGraph.name });
    expect(own.outputs).toMatchObject({ kind: 'graph-fault' });
  });
});

describe('a result that cannot be checked', () => {
  test('for lack of ffmpeg fails the task with an operator fault', async () => {
    vi.stubEnv('PATH', directory);
    const { outputs, fetched } = await collect(film, 'video', putNothing);
    expect(outputs).toMatchObject({
      kind: 'fail',
      error: { code: 'internal' },
      fault: expect.stringContaining('ffprobe'),
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

const proof = { kind: 'elsewhere', countsAsFailure: true, blame: 'backend', isProof: true };

describe('a result that cannot be kept', () => {
  const own = { workflow: ownGraph.name };

  test("for its kind is an own graph's fault; for a workflow it proves the server broken", async () => {
    const collectStrange = (options: object) => collect(picture, 'other', putNothing, options);
    expect((await collectStrange(own)).outputs).toMatchObject({ kind: 'graph-fault' });
    expect((await collectStrange({})).outputs).toMatchObject({
      kind: 'elsewhere',
      countsAsFailure: true,
      blame: 'backend',
      isProof: true,
    });
  });

  test("for its size is an own graph's fault, and is fetched once", async () => {
    const small = { outputBytes: 1_000 };
    const { outputs, fetched } = await collect(picture, 'image', putNothing, { ...own, ...small });
    expect([outputs, fetched]).toEqual([expect.objectContaining({ kind: 'graph-fault' }), 1]);
    expect((await collect(picture, 'image', putNothing, small)).outputs).toMatchObject({
      kind: 'elsewhere',
      blame: 'either',
      error: problems.tooLarge,
    });
  });

  test("for its damage is never an own graph's fault", async () => {
    const { outputs } = await collect(picture.subarray(0, 200), 'image', putNothing, own);
    expect(outputs).toMatchObject({ kind: 'elsewhere', blame: 'either' });
    expect(outputs).not.toHaveProperty('isProof');
  });

  test.each([
    ['half a picture', () => picture.subarray(0, 200)],
    ['a page', () => Buffer.from('<html>502 Bad Gateway</html>')],
  ])('%s for a workflow proves the server broken after some tries', async (_, read) => {
    const { outputs, fetched } = await collect(read(), 'image', putNothing);
    expect(outputs).toMatchObject({ ...proof, error: problems.badOutput });
    expect(fetched).toBe(4);
  });

  test('for its number is given up before anything is fetched', async () => {
    const many = { results: 65 };
    const { outputs, fetched } = await collect(picture, 'image', putNothing, { ...own, ...many });
    expect([outputs, fetched]).toEqual([expect.objectContaining({ kind: 'graph-fault', made: 65 }), 0]);
    expect(await collect(picture, 'image', putNothing, many)).toMatchObject({
      outputs: { kind: 'fail', error: problems.tooMany },
      fetched: 0,
    });
    const most = await collect(picture, 'image', putNothing, { ...own, results: 64 });
    expect([most.outputs, most.fetched]).toEqual([expect.objectContaining({ length: 64 }), 64]);
  });

  test.each([
    ['smaller', 0.5],
    ['larger', 2],
  ])('for it is %s than asked for proves the server broken', async (_, times) => {
    const { width = 0, height = 0 } = await sharp(picture).metadata();
    const params = { width: width / times, height: height / times };
    const { outputs } = await collect(picture, 'image', putNothing, { params });
    expect(outputs).toMatchObject({ ...proof, error: problems.wrongSize });
    const asAsked = await collect(picture, 'image', putNothing, { params: { width, height } });
    expect(asAsked.outputs).toMatchObject([{ width, height }]);
  });

  test('is no text beside a picture of the size that was asked for', async () => {
    const { width, height } = await sharp(picture).metadata();
    const options = { params: { width, height }, said: ['a cat'] };
    const { outputs } = await collect(picture, 'image', putNothing, options);
    expect(outputs).toMatchObject([
      { width, height },
      { mime: 'text/plain', text: 'a cat', width: 0 },
    ]);
  });

  test.each([
    ['upscale', { scale: 2 }, 0.5],
    ['img2img', {}, 1],
    ['img2img', { width: 64 }, 0.5],
  ])(
    'for it has another size than follows from its picture proves the server broken (%s, %o)',
    async (workflow, params, share) => {
      const { width = 0, height = 0 } = await sharp(picture).metadata();
      const asked = { ...params, ...('width' in params ? { width } : {}) };
      const from = (image: { width: number; height: number }) =>
        collect(picture, 'image', putNothing, { workflow, params: asked, image });
      const { outputs } = await from({ width: width * share + 8, height: height * share });
      expect(outputs).toMatchObject({ ...proof, error: problems.wrongSize });
      expect((await from({ width: width * share, height: height * share })).outputs).toMatchObject([
        { width, height },
      ]);
    },
  );

  test.each([
    [ownGraph.name, { kind: 'graph-fault' }],
    ['text2img', { kind: 'elsewhere', blame: 'backend', error: problems.slowCollect }],
  ])('for it is handed over for ever is given up (%s)', async (workflow, decision) => {
    const clock = createManualClock();
    const dripping = collect(picture, 'image', putNothing, { workflow, clock, isEndless: true });
    await clock.advance(15 * 60_000);
    expect((await dripping).outputs).toMatchObject(decision);
  });
});

describe('a result that our storage does not take', () => {
  test('is retried until storage takes it, for longer than a server may take', async () => {
    const time = createManualClock();
    const clock = { ...time, sleep: () => time.advance(60_000) };
    let refusals = 0;
    const diskFull = Object.assign(new Error('full'), { code: 'EROFS', syscall: 'open', path: '/objects' });
    const refuseFirst: Storage['put'] = async (...put) => {
      if (refusals++ < 40) throw refusals % 2 ? diskFull : storeUnreachableProblem(undefined);
      await putNothing(...put);
    };
    const { outputs, fetched } = await collect(picture, 'image', refuseFirst, { clock });
    expect(outputs).toMatchObject([{ mime: 'image/png' }]);
    expect(fetched).toBe(41);
  });
});

test('a text that breaks the word rules is withheld, and no text or sound is shown to the classifier of pictures', async () => {
  const collectText = async (text: string) => {
    const put = putNothing;
    const deps = {
      clock: systemClock,
      logger: silentLogger,
      client: { fetchOutput: () => Promise.reject(new Error('it is in no file')) },
      storage: { put },
      limits: { outputBytes: 1_000, tempDirectory: join(directory, 'tmp') },
      wordRules: async () => ({ ...noRules, blockedWords: ['grim*'] }),
      inspector: { inspectObject: () => Promise.reject(new Error('it is no picture')) },
    };
    const attempt = { ...createAttempt(ownGraph.name, {}), early: { take: async () => undefined } };
    return collectOutputs(deps, attempt, [{ ...fileOf('text', '0.txt'), text }]);
  };
  expect(await collectText('a grimoire')).toMatchObject([
    { mime: 'text/plain', text: 'a grimoire', nodeId: '9', verdict: { kind: 'withheld', reason: 'other' } },
  ]);
  const [fine] = (await collectText('a cat')) as object[];
  expect(fine).toMatchObject({ text: 'a cat', width: 0 });
  expect(fine).not.toHaveProperty('verdict');
});
