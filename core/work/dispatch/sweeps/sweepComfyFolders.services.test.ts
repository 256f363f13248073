import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rename, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findBuiltin } from '@star-graph/workflows/builtin';
import type { Graph } from '@star-graph/workflows/graph/graph';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { renewInput } from '../../../comfy/inputFiles.ts';
import { Attempt, type Backend, Slot } from '../../../ground/db/models/backend.ts';
import { Task } from '../../../ground/db/models/task.ts';
import { systemClock } from '../../../ground/runtime/clock.ts';
import { newId } from '../../../ground/runtime/ids.ts';
import { createFileStorage } from '../../../ground/storage/fileStorage.ts';
import { inputKey } from '../../../ground/storage/keys.ts';
import { assign, createOwnedBackend, createQueuedTask, createUser } from '../../../testing/db/factories.ts';
import { silentLogger } from '../../../testing/dispatch/dispatchSetup.ts';
import { testFileKeys } from '../../../testing/fileKeys.ts';
import { databaseFixture } from '../../../testing/fixture.ts';
import { createTwoColours } from '../../../testing/pictures.ts';
import { prepareGraph } from '../attempt/prepare/prepareGraph.ts';
import { type ComfyFolders, createFolderSweep } from './sweepComfyFolders.ts';

const hourMs = 3_600_000;
const ageMs = 48 * hourMs;
const input = `${'ab'.repeat(32)}.png`;

const db = databaseFixture();
let userId: string;
let backend: Backend;
let root: string;
let folders: ComfyFolders;

beforeAll(async () => {
  userId = (await createUser(db.database, 1_000)).id;
  backend = await createOwnedBackend(db.database, newId());
});

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'comfy-folders-'));
  await mkdir(join(root, 'input'));
  await mkdir(join(root, 'output/star-graph'), { recursive: true });
  folders = { inputDirs: [join(root, 'input')], outputDirs: [join(root, 'output')], ageMs };
});
afterEach(async () => {
  await rm(root, { recursive: true });
  await Slot.query(db.database).delete();
  await Attempt.query(db.database).patch({ state: 'ended' });
  await Task.query(db.database).patch({ status: 'cancelled' });
});

async function put(path: string, ageHours = 72): Promise<void> {
  await writeFile(join(root, path), 'x');
  const at = new Date(Date.now() - ageHours * hourMs);
  await utimes(join(root, path), at, at);
}

const sweep = (changed: Partial<ComfyFolders> = {}) =>
  createFolderSweep(
    { database: db.database, clock: systemClock, logger: silentLogger },
    { ...folders, ...changed },
  ).run(new AbortController().signal);

/** Every path below the root, sorted. */
const left = async (): Promise<string[]> =>
  (await readdir(root, { recursive: true, withFileTypes: true }))
    .filter((entry) => !entry.isDirectory())
    .map(({ parentPath, name }) => join(parentPath, name).slice(root.length + 1))
    .toSorted();

const outputOf = (taskId: string, attempt = 1) => `output/star-graph/${taskId}-${attempt}_00001_.png`;

test('an input gets a new time before upload, against the sweep', async () => {
  const workflow = findBuiltin('upscale');
  if (!workflow) throw new Error('upscale ships with the platform');
  const bytes = await createTwoColours(64, 48).png().toBuffer();
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const storageKey = inputKey(userId, sha256, 'png');
  const place = { directory: join(root, 'storage'), publicUrl: 'http://127.0.0.1:1', keys: testFileKeys };
  const storage = await createFileStorage({ clock: systemClock }, place);
  await storage.put(storageKey, bytes, { mime: 'image/png' });
  const params = workflow.params.parse({ image: newId() });
  const images = {
    image: { assetId: params.image as string, mime: 'image/png', storageKey, sha256, width: 64, height: 48 },
  };
  const task = await createQueuedTask(db.database, userId, { cost: 1, params, images });
  const fence = await assign(db.database, task, backend);
  const never = new AbortController().signal;
  await put(`input/${sha256}.png`);
  const agesMs: number[] = [];
  const client = {
    async upload({ name }: { name: string }) {
      agesMs.push(Date.now() - (await stat(join(root, 'input', name))).mtimeMs);
      return name;
    },
  };
  const limits = {
    inputBytes: 1_000_000,
    outputBytes: 1_000_000,
    inputPixels: 1_000_000,
    inputDirs: folders.inputDirs,
    tempDirectory: join(root, 'tmp'),
  };
  const catalogue = { locateFiles: async (_backendId: string, graph: Graph) => graph };
  const deps = { clock: systemClock, logger: silentLogger, storage, client, catalogue, limits };
  await prepareGraph(deps, { fence, task, workflow, signals: { run: never, left: never } });
  expect(agesMs).toHaveLength(1);
  expect(agesMs[0]).toBeLessThan(hourMs);
});

describe("the sweep over ComfyUI's folders", () => {
  test('removes our old files, and none that are recent or foreign', async () => {
    const gone = [`input/${input}`, outputOf(newId()), `output/star-graph/${newId()}-12_00001.mp4`];
    const kept = [
      `input/${'cd'.repeat(32)}.png`,
      outputOf(newId()),
      'input/photo.png',
      `input/${'ab'.repeat(31)}.png`,
      `input/${'ab'.repeat(32)}`,
      `input/sub/${input}`,
      `output/${input}`,
      `output/${newId()}-1_00001_.png`,
      'output/star-graph/notes.txt',
      `output/star-graph/sub/${newId()}-1_00001_.png`,
    ];
    await mkdir(join(root, 'input/sub'));
    await mkdir(join(root, 'output/star-graph/sub'));
    for (const path of gone) await put(path);
    for (const [index, path] of kept.entries()) await put(path, index < 2 ? 47 : 72);
    expect(await sweep()).toBe(gone.length);
    expect(await left()).toEqual(kept.toSorted());
  });

  test('keeps outputs that unfinished or cancelled tasks may still write', async () => {
    const queued = await createQueuedTask(db.database, userId, { cost: 1 });
    const cancelled = await createQueuedTask(db.database, userId, { cost: 1 });
    const over = await createQueuedTask(db.database, userId, { cost: 1 });
    await assign(db.database, cancelled, backend);
    await Task.query(db.database).findByIds([cancelled.id, over.id]).patch({ status: 'cancelled' });
    for (const { id } of [queued, cancelled, over]) await put(outputOf(id));
    expect(await sweep()).toBe(1);
    expect(await left()).toEqual([outputOf(queued.id), outputOf(cancelled.id)].toSorted());
  });

  test('keeps every input sent since the oldest open attempt began', async () => {
    const task = await createQueuedTask(db.database, userId, { cost: 1 });
    await assign(db.database, task, backend);
    const assignedAt = new Date(Date.now() - 100 * hourMs);
    await Attempt.query(db.database).where({ taskId: task.id }).patch({ assignedAt });
    await put(`input/${input}`, 99);
    await put(`input/${'cd'.repeat(32)}.png`, 102);
    expect(await sweep()).toBe(1);
    expect(await left()).toEqual([`input/${input}`]);
    await Attempt.query(db.database).where({ taskId: task.id }).patch({ state: 'ended' });
    expect(await sweep()).toBe(1);
  });

  test('keeps an old input that is sent again', async () => {
    await put(`input/${input}`);
    const logger = silentLogger;
    await renewInput({ clock: systemClock, logger }, folders.inputDirs, input);
    await renewInput({ clock: systemClock, logger }, folders.inputDirs, `${'cd'.repeat(32)}.png`);
    expect(await sweep()).toBe(0);
    expect(await left()).toEqual([`input/${input}`]);
    expect(Date.now() - (await stat(join(root, `input/${input}`))).mtimeMs).toBeLessThan(hourMs);
  });

  test('follows no link of a file or of the outputs subfolder', async () => {
    await mkdir(join(root, 'elsewhere'));
    const names = [input, `${newId()}-1_00001_.png`];
    for (const name of names) await put(`elsewhere/${name}`);
    await symlink(join(root, 'elsewhere', input), join(root, 'input', input));
    await rm(join(root, 'output/star-graph'), { recursive: true });
    await symlink(join(root, 'elsewhere'), join(root, 'output/star-graph'));
    expect(await sweep()).toBe(0);
    expect(await readdir(join(root, 'elsewhere'))).toEqual(names.toSorted());
    await renewInput({ clock: systemClock, logger: silentLogger }, folders.inputDirs, input);
    expect(Date.now() - (await stat(join(root, 'elsewhere', input))).mtimeMs).toBeGreaterThan(ageMs);
  });

  test('follows the links that the operator named', async () => {
    await rename(join(root, 'input'), join(root, 'disk'));
    await symlink(join(root, 'disk'), join(root, 'input'));
    await put(`disk/${input}`);
    expect(await sweep()).toBe(1);
  });

  test('continues after a missing folder, and stops when told to', async () => {
    await put(`input/${input}`);
    const inputDirs = [join(root, 'nowhere'), join(root, 'input')];
    const stopped = AbortSignal.abort(new Error('the dispatcher stops'));
    const deps = { database: db.database, clock: systemClock, logger: silentLogger };
    await expect(createFolderSweep(deps, { ...folders, inputDirs }).run(stopped)).rejects.toThrow('stops');
    expect(await left()).toEqual([`input/${input}`]);
    expect(await sweep({ inputDirs })).toBe(1);
  });
});
