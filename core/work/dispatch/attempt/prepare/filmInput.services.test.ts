import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findBuiltin } from '@star-graph/workflows/builtin';
import type { Graph } from '@star-graph/workflows/graph/graph';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Task } from '../../../../ground/db/models/task.ts';
import { systemClock } from '../../../../ground/runtime/clock.ts';
import { newId } from '../../../../ground/runtime/ids.ts';
import { createFileStorage } from '../../../../ground/storage/fileStorage.ts';
import { inputKey } from '../../../../ground/storage/keys.ts';
import type { Storage } from '../../../../ground/storage/storage.ts';
import { silentLogger } from '../../../../testing/dispatch/dispatchSetup.ts';
import { testFileKeys } from '../../../../testing/fileKeys.ts';
import { createVideo } from '../../../../testing/pictures.ts';
import { prepareGraph } from './prepareGraph.ts';

let root: string;
let storage: Storage;
const film = createVideo('webm');
const digest = createHash('sha256').update(film).digest('hex');
const storageKey = inputKey(newId(), digest, 'webm');

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'star-graph-film-input-'));
  const place = { directory: root, publicUrl: 'http://127.0.0.1:1', keys: testFileKeys };
  storage = await createFileStorage({ clock: systemClock }, place);
  await storage.put(storageKey, film, { mime: 'video/webm' });
});
afterAll(() => rm(root, { recursive: true, force: true }));

async function prepare(sha256: string) {
  const workflow = findBuiltin('seedvr2-video');
  if (!workflow) throw new Error('seedvr2-video ships');
  const params = workflow.params.parse({ video: newId(), seed: 1 });
  const facts = { width: 160, height: 120, frames: 16, fps: 8, seconds: 2, hasSound: true };
  const video = { assetId: String(params.video), sha256, mime: 'video/webm', storageKey, ...facts };
  const task = Object.assign(new Task(), { params, images: { video } });
  const sent: { name: string; bytes: Buffer }[] = [];
  const client = {
    async upload({ name, bytes }: { name: string; bytes: Blob }) {
      sent.push({ name, bytes: Buffer.from(await bytes.arrayBuffer()) });
      return `of-the-server-${name}`;
    },
  };
  const bytes = 50_000_000;
  const limits = {
    inputBytes: 1_000,
    outputBytes: bytes,
    inputPixels: 1_000,
    inputDirs: [],
    tempDirectory: join(root, 'tmp'),
  };
  const catalogue = { locateFiles: async (_backendId: string, graph: Graph) => graph };
  const never = new AbortController().signal;
  const fence = {
    taskId: newId(),
    attempt: 1,
    backendId: newId(),
    slotId: newId(),
    owner: newId(),
    epoch: 1,
  };
  const graph = await prepareGraph(
    { clock: systemClock, logger: silentLogger, storage, client, catalogue, limits },
    { fence, task, workflow, signals: { run: never, left: never } },
  );
  return { graph, sent };
}

test('a film goes to the server unchanged, however large results may be', async () => {
  const { graph, sent } = await prepare(digest);
  expect(sent.map(({ name }) => name)).toEqual([`${digest}.webm`]);
  expect(sent[0]?.bytes.equals(film)).toBe(true);
  expect(graph['1']?.inputs.file).toBe(`of-the-server-${digest}.webm`);
  expect(graph['3']?.inputs).toMatchObject({ width: 320, height: 240 });
});

test('a film whose stored bytes changed is never sent', async () => {
  await expect(prepare('0'.repeat(64))).rejects.toMatchObject({ name: 'InputUnusable' });
});
