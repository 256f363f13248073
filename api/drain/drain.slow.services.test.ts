import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { eventually } from '@star-graph/core/testing/dispatch/dispatchSetup';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { poolFixture } from '../testing/servers/poolServer.ts';

const server = poolFixture();
const { api, pool, asAdmin, reached } = server;
const parts = new AsyncDisposableStack();
let keyFile: string;
beforeAll(async () => {
  const directory = await mkdtemp(join(tmpdir(), 'drain-'));
  parts.defer(() => rm(directory, { recursive: true }));
  keyFile = join(directory, 'key');
  const body = { name: 'drain', scopes: ['backends:drain'] };
  const made = await api.call('/api/v1/users/api-keys', { token: pool.admin, body });
  await writeFile(keyFile, `${made.body.key}\n`);
  return () => parts.disposeAsync();
});
afterEach(async () => {
  await pool.hold();
  await asAdmin(`backends/${pool.backendId}`, { draining: false }, 'PATCH');
});

/** The process as a pod runs it. */
function start(env: Record<string, string> = {}) {
  const settings = {
    STAR_GRAPH_API_URL: api.url,
    DRAIN_BACKEND_URL: pool.preview.url,
    DRAIN_KEY_FILE: keyFile,
    DRAIN_POLL_SECONDS: '1',
    ...env,
  };
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts')], {
    env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE, ...settings },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  const output = createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  const ended = Promise.all([once(child, 'exit'), once(output, 'close')]).then(
    ([[code]]) => code as number | null,
  );
  parts.defer(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  /** What the log says at the end. */
  const reason = async () => JSON.parse(lines.find((line) => line.includes('"reason"')) ?? '').reason;
  return { child, ended, lines, reason };
}

async function startSidecar() {
  const process = start({ DRAIN_PORT: '0' });
  const port = await eventually(async () => {
    const line = process.lines.find((text) => text.includes('"ready"'));
    expect(line).toBeDefined();
    return JSON.parse(line ?? '').port as number;
  });
  return { ...process, ask: () => fetch(`http://127.0.0.1:${port}/drain`) };
}

const view = async () =>
  (await asAdmin('backends')).body.items.find(({ id }: { id: string }) => id === pool.backendId);
const drains = () => eventually(async () => expect((await view()).draining).toBe(true));

test('a preStop hook is answered when the last task has ended, not before', async () => {
  const ann = await api.signUp();
  const running = await server.submit(ann);
  await reached(running, 'running');
  const behind = await server.submit(ann);
  const sidecar = await startSidecar();
  let isAnswered = false;
  const answers = Promise.all([sidecar.ask(), sidecar.ask()]).finally(() => {
    isAnswered = true;
  });
  await drains();
  // The one that had not begun goes back into the queue.
  await eventually(async () => expect((await view()).tasks).toMatchObject([{ id: running }]));
  expect([isAnswered, (await reached(behind, 'queued')).status]).toEqual([false, 'queued']);
  await pool.release();
  expect((await answers).map(({ status }) => status)).toEqual([200, 200]);
  await reached(running, 'succeeded');
  expect((await view()).tasks).toEqual([]);
  sidecar.child.kill('SIGTERM');
  expect(await sidecar.ended).toBe(0);
  // The pod of the same name that comes next.
  await startSidecar();
  await reached(behind, 'succeeded');
});

test('a drain that waited long enough says that a task is left', async () => {
  const running = await server.submit(await api.signUp());
  await reached(running, 'running');
  const { ended, reason } = start({ DRAIN_SECONDS: '1' });
  expect(await ended).toBe(1);
  expect(await reason()).toBe('It still has a task after 1 s.');
  await pool.release();
  await reached(running, 'succeeded');
});

test('a drain waits for an API that is away, and ends at a refused key', async () => {
  const away = start({ STAR_GRAPH_API_URL: 'http://127.0.0.1:9', DRAIN_SECONDS: '2' });
  expect(await away.ended).toBe(1);
  await writeFile(`${keyFile}.wrong`, 'sgk_aaaaaaaa_wrong');
  const refused = start({ DRAIN_KEY_FILE: `${keyFile}.wrong` });
  expect(await refused.ended).toBe(1);
  expect(await refused.reason()).toMatch(/^The API refused: /);
  expect((await view()).draining).toBe(false);
});

test('a server that is in no pool has nothing to wait for', async () => {
  const { ended, reason } = start({ DRAIN_BACKEND_URL: 'http://10.9.8.7:8188' });
  expect(await ended).toBe(0);
  expect(await reason()).toBe('It was never in the pool, so it has no task.');
});

test('a drain is in the audit once, however often it is asked for', async () => {
  const url = `${pool.preview.url}/`;
  const acts = async () => (await asAdmin(`audit?target=backend:${pool.backendId}`)).body.items;
  const before = (await acts()).length;
  for (let times = 0; times < 2; times += 1)
    expect((await asAdmin('backends/draining', { url, draining: true }, 'PUT')).body).toMatchObject({
      id: pool.backendId,
      draining: true,
    });
  const items = await acts();
  expect(items).toHaveLength(before + 1);
  expect(items[0]).toMatchObject({
    action: 'backend.drain',
    data: { before: { draining: false }, after: { draining: true } },
  });
});
