import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { drawThroughDoors } from '@star-graph/api/doors/testing/drawThroughDoors';
import { createClient } from '@star-graph/client/client';
import { createKeyCredentials } from '@star-graph/client/credentials';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { findFreePort } from '@star-graph/core/ground/runtime/freePort';
import { ensureAdministrator } from '@star-graph/core/people/identity/accounts/accounts';
import { createTestDatabase } from '@star-graph/core/testing/db/testDatabase';
import { fixedSettings } from '@star-graph/core/testing/fixedSettings';
import { createTestRedis } from '@star-graph/core/testing/services/testRedis';
import sharp from 'sharp';
import { expect, onTestFinished, test } from 'vitest';
import { findSecrets } from '../launcher/dataDir/secrets.ts';
import { isSameProcess } from '../launcher/processes/processIdentity.ts';
import { createProcessRegistry } from '../launcher/processes/processRegistry.ts';
import { announced, runTry, spawnLauncher } from '../launcher/testing/launcher.ts';
import { createTestDir } from '../launcher/testing/processes.ts';

const longTimeoutMs = 180_000;
const listProcesses = (dataDir: string) => createProcessRegistry(join(dataDir, 'run')).list();

/** The link that was printed signs in, once. */
async function openLink(apiPort: string, output: string) {
  const [, code = ''] = new RegExp(`http://localhost:${apiPort}/#welcome=([A-Z0-9-]+)`).exec(output) ?? [];
  const client = createClient({ baseUrl: `http://127.0.0.1:${apiPort}` });
  const signIn = await client.link({ body: { code } });
  await expect(client.link({ body: { code } })).rejects.toThrow('npm start prints a new link');
  return signIn.user;
}

async function signInAsAdmin(apiPort: string, dataDir: string) {
  const password = findSecrets(dataDir)?.adminPassword ?? '';
  const client = createClient({ baseUrl: `http://127.0.0.1:${apiPort}` });
  return client.login({ body: { username: 'admin', password } });
}

/** Other programs draw what the person then has among their tasks, and has paid for. */
async function expectDoorsToDraw(
  { API_PORT, SDAPI_PORT, GRAPH_PORT }: Record<'API_PORT' | 'SDAPI_PORT' | 'GRAPH_PORT', string>,
  accessToken: string,
) {
  const urlOf = (port: string) => `http://127.0.0.1:${port}`;
  const credentials = createKeyCredentials({ apiKey: accessToken });
  const client = createClient({ baseUrl: urlOf(API_PORT), credentials });
  const { key } = await client.createApiKey({ body: { name: 'programs' } });
  const before = await client.getBalance();
  const at = { apiUrl: urlOf(API_PORT), sdapiUrl: urlOf(SDAPI_PORT), graphUrl: urlOf(GRAPH_PORT) };
  const pictures = await drawThroughDoors(at, key);
  const formats = pictures.map(async (picture) => (await sharp(picture).metadata()).format);
  expect(await Promise.all(formats)).toEqual(['png', 'png', 'png', 'png']);
  const { items } = await client.listTasks({ query: { limit: 4 } });
  expect(items.map(({ type, status }) => [type, status])).toEqual(
    ['graph', 'text2img', 'text2img', 'text2img'].map((type) => [type, 'succeeded']),
  );
  const paid = items.reduce((sum, { charged = 0 }) => sum + charged, 0);
  expect(await client.getBalance()).toMatchObject({ available: before.available - paid, held: 0 });
}

test('the first minute works: start, sign in, enlarge, draw through every door, stop, crash', {
  timeout: longTimeoutMs,
}, async () => {
  const dataDir = createTestDir();
  const apiPort = String(await findFreePort());
  const [sdapiPort, graphPort] = [String(await findFreePort()), String(await findFreePort())];
  const ports = { API_PORT: apiPort, SDAPI_PORT: sdapiPort, GRAPH_PORT: graphPort };
  const first = spawnLauncher(dataDir, { ...ports, GRAPH_DOOR: 'user' });
  await first.printed(announced);
  expect(first.output()).toContain(findSecrets(dataDir)?.adminPassword);
  const { user, accessToken } = await signInAsAdmin(apiPort, dataDir);
  expect(await openLink(apiPort, first.output())).toEqual({ ...user, role: 'admin' });
  const started = listProcesses(dataDir);
  expect(started.map(({ name }) => name).toSorted()).toEqual([
    'api',
    'dispatcher',
    'mariadb',
    'preview-backend',
    'redis',
  ]);

  await sharp({ create: { width: 24, height: 16, channels: 3, background: 'teal' } }).toFile(
    join(dataDir, 'photo.png'),
  );
  const enlarged = await runTry(dataDir, dataDir, [
    'upscale',
    'photo.png',
    '--scale',
    '2',
    '-o',
    'sharper.png',
    '--json',
  ]);
  expect(enlarged).toMatchObject({ code: 0, stderr: '' });
  const { task, files, balanceBefore, balanceAfter } = JSON.parse(enlarged.stdout);
  expect(task.outputs).toMatchObject([{ width: 48, height: 32 }]);
  expect(files).toEqual([join(dataDir, 'sharper.png')]);
  expect(readFileSync(join(dataDir, 'sharper.png'))).toHaveLength(task.outputs[0].bytes);
  expect(balanceBefore - balanceAfter).toBe(task.cost);
  await expectDoorsToDraw(ports, accessToken);

  first.child.kill('SIGKILL');
  await first.exited;
  expect(started.filter(isSameProcess)).toHaveLength(5);

  const second = spawnLauncher(dataDir, { API_PORT: apiPort });
  await second.printed('Stopped what the last start left behind: ');
  expect(started.filter(isSameProcess)).toEqual([]);
  await second.printed(announced);
  expect((await signInAsAdmin(apiPort, dataDir)).user.id).toBe(user.id);
  expect((await openLink(apiPort, second.output())).id).toBe(user.id);

  const restarted = listProcesses(dataDir);
  // Twice, as the terminal and npm deliver it.
  second.child.kill('SIGINT');
  second.child.kill('SIGINT');
  expect(await second.exited).toBe(0);
  expect(restarted.filter(isSameProcess)).toEqual([]);
  expect(listProcesses(dataDir)).toEqual([]);
});

test('restarts a dead part, refuses a second launcher, and stops without output', {
  timeout: longTimeoutMs,
}, async () => {
  const dataDir = createTestDir();
  const apiPort = String(await findFreePort());
  const launcher = spawnLauncher(dataDir, { API_PORT: apiPort });
  await launcher.printed(announced);

  const rival = spawnLauncher(dataDir, { API_PORT: String(await findFreePort()) });
  expect(await rival.exited).toBe(1);
  expect(rival.output()).toContain(`already runs on this data directory (process ${launcher.child.pid}`);

  const api = listProcesses(dataDir).find(({ name }) => name === 'api');
  process.kill(api?.pid ?? Number.NaN, 'SIGKILL');
  await launcher.printed('api stopped by itself (signal SIGKILL); starting it again');
  await launcher.printed('api runs again.');
  await signInAsAdmin(apiPort, dataDir);

  const running = listProcesses(dataDir);
  launcher.child.stdout?.destroy();
  launcher.child.stderr?.destroy();
  // It prints an error.
  process.kill(running.find(({ name }) => name === 'dispatcher')?.pid ?? Number.NaN, 'SIGKILL');
  expect(await launcher.exited).toBe(0);
  expect(running.filter(isSameProcess)).toEqual([]);
  expect(listProcesses(dataDir)).toEqual([]);
});

test('prints no wrong password on a database in use', {
  timeout: longTimeoutMs,
}, async () => {
  await using db = await createTestDatabase();
  await using redis = await createTestRedis();
  const known = { username: 'admin', password: 'known to the person alone' };
  await ensureAdministrator(
    { database: db.database, clock: systemClock, settings: fixedSettings({ SIGN_UP_GRANT: 0 }) },
    known,
  );
  const dataDir = createTestDir();
  const external = {
    DATABASE_URL: db.url,
    REDIS_URL: redis.url,
    REDIS_PREFIX: redis.prefix,
    COMFYUI_URLS: `http://me:gpu-secret@127.0.0.1:${await findFreePort()}`,
    API_PORT: String(await findFreePort()),
    // The platform is there without its bot.
    DISCORD_TOKEN: 'none',
    DISCORD_API_URL: 'http://127.0.0.1:1',
  };
  const first = spawnLauncher(dataDir, external);
  await first.printed(announced);
  expect(first.output()).toContain('with another password than');
  expect(first.output()).not.toContain(findSecrets(dataDir)?.adminPassword);
  expect(first.output()).toContain(
    `COMFYUI_URLS: Nothing listens at ${new URL(external.COMFYUI_URLS).host}.`,
  );
  expect(first.output()).not.toContain('gpu-secret');
  expect(first.output()).toContain('not started: The bot needs a service key');
  expect(await runTry(dataDir, dataDir, ['--help'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('set STAR_GRAPH_TOKEN'),
  });
  first.child.kill('SIGINT');
  expect(await first.exited).toBe(0);

  const second = spawnLauncher(dataDir, { ...external, ADMIN_PASSWORD: known.password });
  await second.printed(announced);
  expect(second.output()).toContain('password  the one that you gave');
  expect(second.output()).not.toContain(known.password);
  expect(findSecrets(dataDir)).toMatchObject({ adminPassword: known.password });
  expect(second.output()).toContain('not running; the rest runs without it');
  expect(listProcesses(dataDir).map(({ name }) => name)).toEqual(
    expect.arrayContaining(['dispatcher', 'api']),
  );
  await second.printed('bot stopped by itself (ended with exit code 1; ');
  second.child.kill('SIGINT');
  expect(await second.exited).toBe(0);
  expect(listProcesses(dataDir)).toEqual([]);
});

test('external parts are checked first, and a fault names its variable', {
  timeout: longTimeoutMs,
}, async () => {
  await using db = await createTestDatabase();
  await using redis = await createTestRedis();
  const good = { DATABASE_URL: db.url, REDIS_URL: redis.url };
  const wrongRedis = Object.assign(new URL(redis.url), { password: 'wrong' }).href;
  const away = `127.0.0.1:${await findFreePort()}`;
  const faults: { env: Record<string, string>; sentence: RegExp }[] = [
    { env: { DATABASE_URL: `mysql://me@${away}/db` }, sentence: /^DATABASE_URL: nothing listens at .+$/m },
    { env: { REDIS_URL: wrongRedis }, sentence: /^REDIS_URL: the Redis at .+ refuses .+$/m },
    {
      env: { S3_ENDPOINT: `http://${away}`, S3_ACCESS_KEY: 'key', S3_SECRET_KEY: 'secret' },
      sentence: /^S3_ENDPOINT: nothing answers at .+$/m,
    },
  ];
  for (const { env, sentence } of faults) {
    const dataDir = createTestDir();
    const port = String(await findFreePort());
    const launcher = spawnLauncher(dataDir, { ...good, ...env, API_PORT: port });
    expect(await launcher.exited).toBe(1);
    expect(launcher.output()).toMatch(sentence);
    expect(launcher.output()).not.toMatch(/^\s+at /m);
    expect(listProcesses(dataDir)).toEqual([]);
  }
});

test.each(['a file', 'a folder below a file'])(
  'DATA_DIR that is %s is one sentence with the way out',
  {
    timeout: longTimeoutMs,
  },
  async (kind) => {
    const file = join(createTestDir(), 'file');
    writeFileSync(file, '');
    const dataDir = kind === 'a file' ? file : join(file, 'below');
    const launcher = spawnLauncher(dataDir);
    expect(await launcher.exited).toBe(1);
    expect(launcher.output().trim()).toBe(
      `Nothing can be kept in ${dataDir} (a file is in the way). Set DATA_DIR to a folder that you may write to.`,
    );
  },
);

test('a taken port is one sentence, and nothing starts', {
  timeout: longTimeoutMs,
}, async () => {
  const dataDir = createTestDir();
  const server = createServer((_, response) => response.end()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const launcher = spawnLauncher(dataDir, { API_PORT: String(port) });
  expect(await launcher.exited).toBe(1);
  expect(launcher.output().trim()).toBe(
    `Port ${port} is taken by another program. Stop that program, or choose another port: API_PORT=${port + 1} npm start`,
  );
  expect(listProcesses(dataDir)).toEqual([]);
});

test('a wrong configuration is named before anything is started', { timeout: longTimeoutMs }, async () => {
  const launcher = spawnLauncher(createTestDir(), {
    API_PORT: 'eighty',
    DATABASE_URL: 'postgres://secret@host/db',
  });
  expect(await launcher.exited).toBe(1);
  expect(launcher.output()).toContain('API_PORT:');
  expect(launcher.output()).toContain('DATABASE_URL: must be a URL that begins with mysql://');
  expect(launcher.output()).not.toContain('secret');
});
