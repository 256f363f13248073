import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { createClient } from '@star-graph/client/client';
import { createKeyCredentials } from '@star-graph/client/credentials';
import { eventually } from '@star-graph/core/testing/eventually';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWholePlatform, type WholePlatform } from '../../launcher/testing/wholePlatform.ts';
import { silentDisplay } from './display.ts';
import { runWorkflow } from './runWorkflow.ts';
import { TaskLeft } from './taskLeft.ts';

let platform: WholePlatform;
let dir: string;
beforeAll(async () => {
  platform = await startWholePlatform();
  dir = await mkdtemp(join(tmpdir(), 'try-'));
});
afterAll(async () => {
  await platform?.[Symbol.asyncDispose]();
  if (dir !== undefined) await rm(dir, { recursive: true });
});

interface Given {
  onSaid?: (text: string) => void;
  show?: (percent: number, text: string) => void;
  stdout?: PassThrough;
  values?: Record<string, unknown>;
}

/** A person of a test's own, and what is said to them. */
async function createRunner() {
  const { accessToken } = await platform.register();
  const credentials = createKeyCredentials({ apiKey: accessToken });
  const client = createClient({ baseUrl: platform.url, credentials });
  const stopping = new AbortController();
  const { signal } = stopping;
  const values = { prompt: 'a lighthouse', width: 256, height: 256, steps: 1, seed: 7 };
  return {
    client,
    stop: () => stopping.abort(new Error('stopped')),
    async run(output: string, given: Given = {}) {
      const said: string[] = [];
      const say = (text: string) => {
        said.push(text);
        given.onSaid?.(text);
      };
      const display = { ...silentDisplay, say, ...(given.show ? { show: given.show } : {}) };
      const stdout = given.stdout ?? new PassThrough();
      const order = { workflow: 'text2img', values: { ...values, ...given.values }, images: [], dir, output };
      return { said, result: await runWorkflow({ client, display, signal, stdout }, order) };
    },
  };
}

test("says a task's price, and that the same again is free", async () => {
  const { run } = await createRunner();
  const first = await run('first.png');
  const { cost } = first.result.task;
  expect(cost).toBeGreaterThan(0);
  expect(first.said[0]).toMatch(new RegExp(`^text2img costs ${cost} credits? of your 100\\.$`));
  expect(first.said.at(-1)).toBe(`Balance: 100 before, ${100 - cost} now.`);

  const second = await run('second.png');
  expect(second.said[0]).toBe('text2img is free, from the cache.');
  expect(second.said.at(-1)).toBe(`Balance: ${100 - cost} before, ${100 - cost} now.`);
  expect(await readFile(join(dir, 'second.png'))).toEqual(await readFile(join(dir, 'first.png')));
});

test('says that the operator paused the queue, and saves the result when it goes on', async () => {
  const { client, run } = await createRunner();
  const pause = (pausedAt: Date | null) => platform.setup.database('leader').update({ pausedAt });
  await pause(new Date());
  // What is told of the queue may be a second old.
  await eventually(async () => expect((await client.getStatus({})).pool.paused).toBe(true));
  // Nothing but the end of the pause lets the task go on, so a run that does not say it never ends.
  const onSaid = (text: string) => {
    if (text.startsWith('The queue is paused by the operator')) void pause(null).then(() => undefined);
  };
  const { result } = await run('paused.png', { onSaid, values: { seed: 9 } });
  expect(result.task.status).toBe('succeeded');
});

test('pays nothing for a result that could not be saved', async () => {
  const { client, run } = await createRunner();
  await expect(run('no/such/folder/out.png')).rejects.toThrow('There is no folder');
  expect((await client.listTasks({})).items).toEqual([]);
  expect(await client.getBalance({})).toMatchObject({ available: 100, held: 0 });
});

test('an unsaved result is not lost: its task and address are named', async () => {
  const { client, run } = await createRunner();
  const folder = join(dir, 'goes-away');
  await mkdir(folder);
  const onSaid = (text: string) => {
    if (text.startsWith('text2img')) rmSync(folder, { recursive: true });
  };
  const failure = await run('goes-away/out.png', { onSaid }).catch((error: unknown) => error);
  if (!(failure instanceof TaskLeft)) throw failure;
  const [task] = (await client.listTasks({})).items;
  expect(failure.taskId).toBe(task?.id);
  expect(failure.wayOut).toContain(`GET /api/v1/tasks/${task?.id}`);
  const [address = ''] = /http:\S+/.exec(failure.wayOut) ?? [];
  const { sha256 } = task?.outputs[0] ?? {};
  const saved = Buffer.from(await (await fetch(address)).arrayBuffer());
  expect(createHash('sha256').update(saved).digest('hex')).toBe(sha256);
});

test('says when it replaces a file or a name claims another format', async () => {
  const { run } = await createRunner();
  await writeFile(join(dir, 'old.jpg'), 'older');
  const { said, result } = await run('old.jpg');
  const [{ width, height } = {}] = result.task.outputs;
  expect(said).toContainEqual(expect.stringContaining(`Replaced old.jpg (${width} × ${height}, `));
  expect(said).toContain('What is in old.jpg is PNG: old.png would say so.');
  expect(await readFile(join(dir, 'old.jpg'))).toHaveLength(result.task.outputs[0]?.bytes ?? -1);
});

test('writes the bytes to stdout for -o -, and leaves it open', async () => {
  const { run } = await createRunner();
  const stdout = new PassThrough();
  const written = buffer(stdout);
  const { result } = await run('-', { stdout });
  expect(result.files).toEqual([]);
  expect(stdout.writableEnded).toBe(false);
  stdout.end();
  const sha256 = createHash('sha256')
    .update(await written)
    .digest('hex');
  expect(sha256).toBe(result.task.outputs[0]?.sha256);
});

test('Ctrl-C on a running task says what it costs and has cost', async () => {
  const { client, run, stop } = await createRunner();
  const said: string[] = [];
  const values = { width: 1024, height: 1024, steps: 100, seed: 8 };
  await platform.preview.control({ simulate: { secondsPerStep: 0.1 } });
  const shown: string[] = [];
  const show = (_percent: number, text: string) => {
    shown.push(text);
    if (text.includes('Ctrl-C costs')) stop();
  };
  const onSaid = (text: string) => void said.push(text);
  await expect(run('never.png', { values, show, onSaid })).rejects.toThrow('stopped');
  await platform.preview.control({ simulate: { secondsPerStep: 0 } });
  const [task] = (await client.listTasks({})).items;
  const { charged = 0, cost = 0 } = task ?? {};
  expect(charged).toBeGreaterThan(0);
  expect(shown.at(-1)).toMatch(/Ctrl-C costs \d+$/);
  expect(said.at(-1)).toBe(`What was computed cost ${charged} of ${cost} credits; the rest came back.`);
  expect(await client.getBalance({})).toMatchObject({ available: 100 - charged, held: 0 });
});
