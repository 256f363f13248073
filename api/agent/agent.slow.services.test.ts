import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { startPreviewBackend } from '@star-graph/core/testing/comfy/startPreviewBackend';
import { eventually } from '@star-graph/core/testing/dispatch/dispatchSetup';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { apiFixture, fixture, platformFixture } from '../testing/servers/fixtures.ts';

const platform = platformFixture();
const api = apiFixture(platform);
/** It has one model of all. */
const comfy = fixture(async () => {
  const models = { vae: [{ name: 'ae.safetensors', megabytes: 335 }] };
  const file = join(mkdtempSync(join(tmpdir(), 'star-graph-models-')), 'models.json');
  writeFileSync(file, JSON.stringify(models));
  parts.defer(() => rmSync(dirname(file), { recursive: true }));
  return startPreviewBackend({ flags: ['--instant', '--threads', '1', '--models', file] });
});
const program = join(import.meta.dirname, 'star_graph_gpu.py');
const content = randomBytes(300_000);
const half = content.length / 2;
const sha256 = createHash('sha256').update(content).digest('hex');

let admin: string;
let folder: string;
let backendId: string;
const parts = new AsyncDisposableStack();
const agents = new Set<ChildProcess>();

/** What a host does with the next request; it has no other behaviour. */
type Answer = (asked: IncomingMessage, answer: ServerResponse) => void;

/** A host of files on loopback. Each test says what its requests get, in their order. */
const startHost = async () => {
  const asked: IncomingMessage[] = [];
  let script: Answer[] = [];
  const server = createServer((one, answer) => {
    asked.push(one);
    (script.shift() ?? wholeOrPart)(one, answer);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  parts.defer(async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  });
  const { port } = server.address() as AddressInfo;
  return {
    host: `127.0.0.1:${port}`,
    url: `http://127.0.0.1:${port}/file`,
    asked,
    play(...answers: Answer[]) {
      asked.length = 0;
      script = answers;
    },
  };
};

/** As a good host: a strong tag, and ranges on condition of it. */
const wholeOrPart: Answer = ({ headers }, answer) => {
  const [, from] = /^bytes=(\d+)-$/.exec(headers.range ?? '') ?? [];
  const start = from !== undefined && headers['if-range'] === '"v1"' ? Number(from) : 0;
  answer.writeHead(start > 0 ? 206 : 200, {
    etag: '"v1"',
    'content-length': content.length - start,
    ...(start > 0 && { 'content-range': `bytes ${start}-${content.length - 1}/${content.length}` }),
  });
  answer.end(content.subarray(start));
};

/** Sends the first half; `then` says what becomes of the other. */
const firstHalf =
  (then: (answer: ServerResponse) => void): Answer =>
  (_, answer) => {
    answer.writeHead(200, { etag: '"v1"', 'content-length': content.length });
    answer.write(content.subarray(0, half), () => then(answer));
  };

const makeCode = async () =>
  (await api.call('/api/admin/backends/join-codes', { token: admin, method: 'POST' })).body.code;

const run = (args: string[], env: Record<string, string> = {}) =>
  promisify(execFile)('python3', [program, '--state', join(folder, 'state/gpu.json'), ...args], {
    env: { PATH: process.env.PATH, ...env },
  });

const joinArgs = (code: string, server = api.url) => [
  ...['join', server, code, '--comfyui', comfy.url, '--address', comfy.url, '--name', 'gpu1'],
  ...['--models', join(folder, 'models')],
];

function startAgent(env: Record<string, string> = {}): ChildProcess {
  const state = join(folder, 'state/gpu.json');
  const child = spawn('python3', [program, '--state', state, '--pause', '0.05', 'run'], {
    env: { PATH: process.env.PATH, ...env },
    stdio: 'ignore',
  });
  agents.add(child);
  return child;
}

async function endAgent(child: ChildProcess): Promise<void> {
  agents.delete(child);
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

const fetches = (body?: object) =>
  api.call(`/api/admin/backends/${backendId}/model-fetches`, { token: admin, ...(body && { body }) });

const order = async (name: string, url: string, more: object = {}) => {
  const ordered = await fetches({ files: [{ folder: 'vae', name, url, ...more }] });
  expect(ordered.status).toBe(202);
};

const ended = (name: string, state: string) =>
  eventually(async () => {
    const { items } = (await fetches()).body;
    const found = items.find((item: { name: string }) => item.name === name);
    expect(found).toMatchObject({ state });
    return found;
  });

const pathOf = (name: string) => join(folder, 'models/vae', name);
const holdsContent = (name: string) => readFileSync(pathOf(name)).equals(content);
/** Parts of a file, and what is noted of it until the platform knows the end. */
const leftovers = (name: string) =>
  readdirSync(join(folder, 'models/vae')).filter((one) => one.startsWith(`${name}.part`));
const noLeftovers = (name: string) => eventually(async () => expect(leftovers(name)).toEqual([]));

beforeAll(async () => {
  admin = await api.signInAsAdmin();
  folder = mkdtempSync(join(tmpdir(), 'star-graph-agent-'));
  parts.defer(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'models/vae'), { recursive: true });
  await run(joinArgs(await makeCode()));
  backendId = (await api.call('/api/admin/backends', { token: admin })).body.items[0].id;
  return () => parts.disposeAsync();
});
afterEach(async () => {
  for (const agent of agents) await endAgent(agent);
});

test('a code lets one machine join once, and its agent again after a lost answer', async () => {
  const code = await makeCode();
  const first = await run(joinArgs(code));
  expect(first.stdout).toMatch(/^gpu1 is in the pool/);
  expect(first.stdout).toContain('Runs now: ');
  expect(first.stdout).toMatch(/npm run sg -- models gpu1/);
  const state = join(folder, 'state/gpu.json');
  expect(statSync(state).mode & 0o777).toBe(0o600);
  const kept = readFileSync(state, 'utf8');
  await run(joinArgs(code));
  expect(JSON.parse(readFileSync(state, 'utf8'))).toEqual(JSON.parse(kept));
  const { items } = (await api.call('/api/admin/backends', { token: admin })).body;
  expect(items).toMatchObject([{ id: backendId, url: comfy.url, name: 'gpu1' }]);
  // Another machine has another token.
  const body = { code, token: 'x'.repeat(43), url: comfy.url, report: { folders: {} } };
  const stolen = await api.call('/api/v1/pool/join', { body });
  expect(stolen).toMatchObject({ status: 422, body: { errors: [{ pointer: '/code' }] } });
  // An administrator who is one no more lets no machine in.
  const orphan = await makeCode();
  await platform.db.database('users').where({ username: 'admin' }).update({ role: 'user' });
  const refused = await api.call('/api/v1/pool/join', { body: { ...body, code: orphan } });
  await platform.db.database('users').where({ username: 'admin' }).update({ role: 'admin' });
  expect(refused).toMatchObject({ status: 422, body: { errors: [{ pointer: '/code' }] } });
  const late = await makeCode();
  await platform.db
    .database('join_codes')
    .whereNull('used_by')
    .update({ expires_at: new Date(0) });
  // A code that is refused takes nothing from a machine that has joined.
  const before = readFileSync(state, 'utf8');
  await expect(run([...joinArgs(late)])).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('is over'),
  });
  expect(readFileSync(state, 'utf8')).toBe(before);
  expect((await run(['check'])).stdout).toContain('To the platform it is unknown.');
  await run(joinArgs(await makeCode()));
});

test('a machine behind NAT joins by the other end of its tunnel', async () => {
  const { hostname, port } = new URL(comfy.url);
  // In place of frp or Tailscale: HTTP and WebSockets pass as bytes.
  const tunnel = createTcpServer((near) => {
    const far = connect(Number(port), hostname);
    near.pipe(far).pipe(near);
    for (const end of [near, far]) end.on('error', () => far.destroy() && near.destroy());
  });
  await once(tunnel.listen(0, '127.0.0.1'), 'listening');
  parts.defer(() => void tunnel.close());
  const address = `http://127.0.0.1:${(tunnel.address() as AddressInfo).port}`;
  const args = joinArgs(await makeCode());
  const joined = await run(args.with(args.indexOf('--address') + 1, address));
  expect(joined.stdout).toContain(`at ${address}`);
  expect(joined.stdout).not.toContain('cannot use it');
  const { items } = (await api.call('/api/admin/backends', { token: admin })).body;
  expect(items[0]).toMatchObject({ url: address });
  // Each agent has one server.
  expect(await platform.db.database('pool_agents')).toMatchObject([{ backendId: expect.any(String) }, {}]);
  await api.call(`/api/admin/backends/${items[0].id}`, { token: admin, method: 'DELETE' });
  await expect(run(['check'])).rejects.toMatchObject({ stderr: expect.stringContaining('Join again') });
  await run(joinArgs(await makeCode()));
});

test('a machine without ComfyUI joins nothing, and is told what to do', async () => {
  const code = await makeCode();
  const args = joinArgs(code).map((arg) => (arg === comfy.url ? 'http://127.0.0.1:1' : arg));
  await expect(run(args)).rejects.toMatchObject({
    stderr: expect.stringContaining('Start ComfyUI on this machine'),
  });
  expect(await platform.db.database('join_codes').whereNull('used_by')).toHaveLength(1);
});

test('an agent whose server left the pool, or that nobody knows, learns nothing', async () => {
  const body = { token: 'y'.repeat(43), report: { folders: {} } };
  expect((await api.call('/api/v1/pool/report', { body })).status).toBe(401);
});

test('a file comes whole after a cut and after the death of its agent, from where it was', async () => {
  const host = await startHost();
  const heldHalf = Promise.withResolvers<void>();
  host.play(
    firstHalf((answer) => answer.destroy()),
    // It says nothing more, and the agent dies.
    (asked, answer) => {
      answer.writeHead(206, {
        etag: '"v1"',
        'content-length': half,
        'content-range': `bytes ${half}-${content.length - 1}/${content.length}`,
      });
      answer.write(content.subarray(half, half + 1_000), () => asked.headers.range && heldHalf.resolve());
    },
  );
  await order('cut.safetensors', host.url, { sha256 });
  const agent = startAgent();
  await heldHalf.promise;
  await endAgent(agent);
  expect(existsSync(pathOf('cut.safetensors'))).toBe(false);
  startAgent();
  const done = await ended('cut.safetensors', 'done');
  expect(done).toMatchObject({ sha256, bytes: content.length, bytesDone: content.length });
  expect(holdsContent('cut.safetensors')).toBe(true);
  expect(host.asked.map(({ headers }) => headers.range)).toEqual([
    undefined,
    `bytes=${half}-`,
    expect.stringMatching(/^bytes=1(5\d{4}|51000)-$/),
  ]);
  await noLeftovers('cut.safetensors');
});

test('a file goes on while the platform is away, and is told of when it is back', async () => {
  const host = await startHost();
  let isAway = false;
  const target = new URL(api.url);
  const relay = createServer((asked, answer) => {
    if (isAway) return void asked.socket.destroy();
    const passed = request(new URL(asked.url ?? '/', target), {
      method: asked.method,
      headers: asked.headers,
    });
    asked
      .pipe(passed)
      .on('response', (got) => got.pipe(answer.writeHead(got.statusCode ?? 502, got.headers)));
  });
  await once(relay.listen(0, '127.0.0.1'), 'listening');
  parts.defer(() => void relay.close());
  await run(joinArgs(await makeCode(), `http://127.0.0.1:${(relay.address() as AddressInfo).port}`));
  host.play(
    firstHalf((answer) => {
      isAway = true;
      answer.end(content.subarray(half));
    }),
  );
  await order('away.safetensors', host.url);
  startAgent();
  await eventually(async () => expect(existsSync(pathOf('away.safetensors'))).toBe(true));
  expect((await fetches()).body.items[0].state).not.toBe('done');
  isAway = false;
  // Nobody said what it must be: what it is stands there.
  expect(await ended('away.safetensors', 'done')).toMatchObject({ sha256 });
  await noLeftovers('away.safetensors');
  await run(joinArgs(await makeCode()));
});

test('a file with another checksum is removed, and one that is there already stays', async () => {
  const host = await startHost();
  const other = 'a'.repeat(64);
  await order('wrong.safetensors', host.url, { sha256: other });
  startAgent();
  const failed = await ended('wrong.safetensors', 'failed');
  expect(failed.fault).toContain(`SHA-256 ${sha256} in place of ${other}`);
  expect(existsSync(pathOf('wrong.safetensors'))).toBe(false);
  await noLeftovers('wrong.safetensors');
  // What its host says counts where the administrator says nothing.
  host.play((_, answer) => {
    answer.writeHead(200, { etag: '"v1"', 'x-linked-etag': `"${other}"`, 'content-length': content.length });
    answer.end(content);
  });
  await order('wrong.safetensors', host.url);
  expect((await ended('wrong.safetensors', 'failed')).fault).toContain(other);
  await order('cut.safetensors', host.url);
  expect((await ended('cut.safetensors', 'failed')).fault).toContain('is there already');
  expect(holdsContent('cut.safetensors')).toBe(true);
});

test('a host that asks who one is gets its token, and no other host does', async () => {
  const gate = await startHost();
  const store = await startHost();
  const ask: Answer = ({ headers }, answer) => {
    if (headers.authorization !== 'Bearer hub-word') return void answer.writeHead(403).end();
    answer.writeHead(302, { location: store.url, 'x-linked-etag': `"${sha256}"` }).end();
  };
  gate.play(ask, ask);
  await order('gated.safetensors', gate.url);
  const agent = startAgent();
  expect((await ended('gated.safetensors', 'failed')).fault).toContain(`MODEL_HOST_TOKENS=${gate.host}=`);
  await endAgent(agent);
  startAgent({ MODEL_HOST_TOKENS: `${gate.host}=hub-word` });
  await order('gated.safetensors', gate.url);
  expect(await ended('gated.safetensors', 'done')).toMatchObject({ sha256 });
  expect(store.asked.map(({ headers }) => headers.authorization)).toEqual([undefined]);
});

test('a page, a missing file and a file without room end with what to do', async () => {
  const host = await startHost();
  host.play(
    (_, answer) =>
      void answer.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<p>Sign in'),
    (_, answer) => void answer.writeHead(404).end(),
    (_, answer) => void answer.writeHead(200, { etag: '"v1"', 'content-length': 1e15 }).write('x'),
  );
  startAgent();
  for (const [name, fault] of [
    ['page.safetensors', 'a page in place of the file'],
    ['gone.safetensors', 'no such file'],
    ['vast.safetensors', 'GB are free'],
  ] as const) {
    await order(name, host.url);
    expect((await ended(name, 'failed')).fault).toContain(fault);
    await noLeftovers(name);
  }
});

test('a file that is called off is stopped and removed', async () => {
  const host = await startHost();
  const begun = Promise.withResolvers<void>();
  const goesOn: { answer?: ServerResponse } = {};
  host.play(
    firstHalf((answer) => {
      goesOn.answer = answer;
      begun.resolve();
    }),
  );
  await order('off.safetensors', host.url);
  const [{ id }] = (await fetches()).body.items;
  startAgent();
  await begun.promise;
  const path = `/api/admin/backends/${backendId}/model-fetches/${id}`;
  expect((await api.call(path, { token: admin, method: 'DELETE' })).status).toBe(204);
  // Bytes keep coming, so that the agent has something to say.
  const trickle = setInterval(() => goesOn.answer?.write('x'), 100);
  parts.defer(() => clearInterval(trickle));
  await noLeftovers('off.safetensors');
  clearInterval(trickle);
  expect((await fetches()).body.items[0]).toMatchObject({ id, state: 'cancelled' });
});

test('what no disk has room for is refused before a byte, and so are secrets and names that lead elsewhere', async () => {
  const refused = async (file: object, body: object = {}) => {
    const answer = await fetches({
      files: [{ folder: 'vae', name: 'a.safetensors', url: 'https://files.example/a', ...file }],
      ...body,
    });
    expect(answer.status).toBe(422);
    return answer.body.errors[0];
  };
  expect(await refused({ bytes: 1e15 })).toMatchObject({
    pointer: '/files/0/bytes',
    message: expect.stringContaining('have to be free'),
  });
  for (const url of ['https://files.example/a?token=word', 'https://me:word@files.example/a'])
    expect(await refused({ url })).toMatchObject({ message: expect.stringContaining('MODEL_HOST_TOKENS') });
  for (const name of [
    '../a.safetensors',
    '/etc/a.safetensors',
    'a/../../b.safetensors',
    'a.py',
    'a\\b.safetensors',
  ])
    expect(await refused({ name })).toMatchObject({ pointer: '/files/0/name' });
  const before = (await fetches()).body.items.length;
  // Sent twice, ordered once; from another address meanwhile, refused.
  for (let time = 0; time < 2; time += 1) await order('twice.safetensors', 'https://files.example/a');
  expect(await refused({ name: 'twice.safetensors', url: 'https://files.example/b' })).toMatchObject({
    message: expect.stringContaining('another address'),
  });
  const { items } = (await fetches()).body;
  expect(items).toHaveLength(before + 1);
  await api.call(`/api/admin/backends/${backendId}/model-fetches/${items[0].id}`, {
    token: admin,
    method: 'DELETE',
  });
});
