import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { connect } from 'node:tls';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { findExample } from '../../docs/examples.ts';
import { startAuthority } from '../nginx/acme.ts';
import { type ComposeRun, createComposeRun } from './composeRun.ts';
import { buildImages, type Docker, imageOf, runOnce, startDocker } from './docker.ts';
import { imageContents } from './imageContents.ts';

const run = promisify(execFile);
const images = Object.keys(imageContents);
const largestBytes = 250_000_000;

const cleanUp = new AsyncDisposableStack();
let docker: Docker;
let platform: ComposeRun;

beforeAll(async () => {
  docker = cleanUp.use(await startDocker());
  await buildImages(docker, images);
  platform = cleanUp.use(await createComposeRun(docker));
}, 60 * 60_000);

afterAll(() => cleanUp.disposeAsync(), 5 * 60_000);

/** What a program of Node prints in the image. */
const ask = async (image: string, program: string): Promise<string> =>
  (await runOnce(docker, image, ['-e', program])).stdout.trim();

test.each(images)('the image of %s is smaller than 250 MB', async (image) => {
  const { stdout } = await docker.docker(['image', 'inspect', '--format', '{{.Size}}', imageOf(image)]);
  console.log(`${image}: ${Math.round(Number(stdout) / 1e6)} MB`);
  expect(Number(stdout)).toBeLessThan(largestBytes);
});

test.each(images)('the image of %s has no shell, no root and nothing to write to', async (image) => {
  const program = `
    const { existsSync, readdirSync, writeFileSync } = require('fs');
    const refused = ['/app/x', '/usr/x', '/etc/x'].map((path) => {
      try { writeFileSync(path, ''); return path; } catch (error) { return error.code; }
    });
    for (const path of ['/data/x', '/tmp/x']) writeFileSync(path, '');
    console.log(JSON.stringify([process.pid, process.getuid(), existsSync('/bin'), readdirSync('/usr/local/bin'), refused]));`;
  expect(JSON.parse(await ask(image, program))).toEqual([
    1,
    65_532,
    false,
    ['ffmpeg', 'ffprobe', 'node', 'prlimit'],
    ['EROFS', 'EROFS', 'EROFS'],
  ]);
});

test.each(images)('the image of %s names its packages, Node, ffmpeg and libraries', async (image) => {
  const sbom = JSON.parse(
    await ask(image, "console.log(require('fs').readFileSync('sbom.cdx.json', 'utf8'))"),
  );
  expect(sbom).toMatchObject({ bomFormat: 'CycloneDX', specVersion: '1.6' });
  const names: string[] = sbom.components.map(({ purl }: { purl: string }) => purl.replace(/@[^@]+$/, ''));
  for (const wanted of [
    'npm/sharp',
    'npm/zod',
    'generic/node',
    'generic/ffmpeg',
    'deb/debian/libc6',
    'deb/debian/libx264-164',
  ])
    expect(names).toContain(`pkg:${wanted}`);
  expect(names.filter((name) => /\/(vitest|typescript|esbuild)$/.test(name))).toEqual([]);
});

test('times of other zones are right without files of zones', async () => {
  const program = "console.log(new Date(0).toLocaleTimeString('en', { timeZone: 'Asia/Shanghai' }))";
  expect(await ask('api', program)).toMatch(/^8:00:00/);
});

test('the bot of the image refuses to start without a token, and says so', async () => {
  await expect(runOnce(docker, 'bot', [], { STAR_GRAPH_SERVICE_KEY: 'sgs_x' })).rejects.toThrow(
    'DISCORD_TOKEN',
  );
});

test('compose takes every file beside the first', async () => {
  for (const over of ['preview', 'dev', 'gpu', 'sdapi', 'graph', 'discord', 'observability'])
    await platform.compose('-f', 'compose.yml', '-f', `compose.${over}.yml`, 'config', '--quiet');
});

interface Service {
  Service: string;
  Name: string;
  State: string;
  Health: string;
  ExitCode: number;
}

async function listServices(): Promise<Service[]> {
  const lines = (await platform.compose('ps', '--all', '--format', 'json')).trim().split('\n');
  return lines.map((line) => JSON.parse(line) as Service);
}

/** What a program of Node prints in the first container of a service that runs. */
const askService = async (service: string, program: string): Promise<string> =>
  (await platform.compose('exec', '-T', service, '/usr/local/bin/node', '-e', program)).trim();

const expectAllHealthy = async () => {
  const services = await listServices();
  const left = services.filter(({ Service: name, Health, ExitCode }) =>
    name === 'migrate' ? ExitCode !== 0 : Health !== 'healthy',
  );
  expect(left).toEqual([]);
  return services;
};

test('one command brings every service of compose up, and each is healthy', async () => {
  writeFileSync(join(platform.folder, 'platform.env'), 'LOG_LEVEL=debug\nSHUTDOWN_SECONDS=25\n');
  await platform.compose('up', '--detach', '--wait', '--wait-timeout', '300');
  const services = await vi.waitFor(expectAllHealthy, { timeout: 60_000, interval: 1_000 });
  expect(services.map(({ Service: name }) => name).sort()).toEqual([
    'api',
    'api',
    'comfyui-0',
    'comfyui-1',
    'dispatcher',
    'dispatcher',
    'mariadb',
    'migrate',
    'nginx',
    'redis',
    'store',
  ]);
}, 600_000);

test('a picture is made through every part, and its link leads to the store', async () => {
  const picture = await platform.make(['text2img', 'a lighthouse at dawn'], 'lighthouse.png');
  expect(await sharp(picture).metadata()).toMatchObject({ format: 'png' });
  expect(readdirSync(join(platform.folder, 'objects'))).not.toEqual([]);
}, 300_000);

test('a picture is enlarged by the network in the image', async () => {
  const source = join(platform.folder, 'small.png');
  await sharp({ create: { width: 48, height: 32, channels: 3, background: '#3377aa' } })
    .png()
    .toFile(source);
  const picture = await platform.make(['upscale', source, '--scale', '2'], 'large.png');
  expect(await sharp(picture).metadata()).toMatchObject({ width: 96, height: 64 });
}, 300_000);

test('a film is encoded and checked by the ffmpeg in the images', async () => {
  const film = await platform.make(['text2video', 'waves'], 'waves.mp4');
  expect(film.subarray(4, 8).toString()).toBe('ftyp');
}, 300_000);

interface Asked {
  key?: string;
  body?: object;
}

/** Over a connection of its own, whoever has certified the other side. */
async function askUrl(url: string, { key, body }: Asked = {}): Promise<{ status: number; text: string }> {
  const asking = request(url, {
    agent: false,
    rejectUnauthorized: false,
    method: body ? 'POST' : 'GET',
    headers: {
      ...(body ? { 'content-type': 'application/json' } : {}),
      ...(key ? { authorization: `Bearer ${key}` } : {}),
    },
  });
  const [answer] = (await once(asking.end(body && JSON.stringify(body)), 'response')) as [IncomingMessage];
  return { status: answer.statusCode ?? 0, text: await text(answer) };
}

test('programs of A1111 and of ComfyUI come in by the files of their doors', async () => {
  const password = readFileSync(join(platform.folder, 'secrets/admin_password'), 'utf8');
  const post = async (path: string, asked: Asked) => {
    const answer = await askUrl(`${platform.url}${path}`, asked);
    expect(answer).toMatchObject({ status: expect.toSatisfy((status: number) => status < 300) });
    return JSON.parse(answer.text);
  };
  const { accessToken } = await post('/api/v1/auth/login', { body: { username: 'admin', password } });
  const { key } = await post('/api/v1/users/api-keys', { key: accessToken, body: { name: 'programs' } });
  const body = { prompt: 'a door', width: 256, height: 256, steps: 1 };
  const drawn = await askUrl(`https://localhost:${platform.ports.sdapi}/sdapi/v1/txt2img`, { key, body });
  const [image] = JSON.parse(drawn.text).images ?? [drawn.text];
  expect(await sharp(Buffer.from(image, 'base64')).metadata()).toMatchObject({ format: 'png', width: 256 });
  const graph = (path: string, asked?: Asked) =>
    askUrl(`https://localhost:${platform.ports.graph}${path}`, asked);
  expect(JSON.parse((await graph('/object_info/KSampler', { key })).text)).toHaveProperty('KSampler');
  expect((await graph('/object_info/KSampler')).status).toBe(401);
}, 300_000);

test.each(['api', 'dispatcher'])('settings of platform.env beat those of the file in %s', async (service) => {
  const program = 'const { LOG_LEVEL, SHUTDOWN_SECONDS, S3_ENDPOINT, PUBLIC_URL } = process.env;';
  const show = 'console.log(JSON.stringify([LOG_LEVEL, SHUTDOWN_SECONDS, S3_ENDPOINT, PUBLIC_URL]))';
  expect(JSON.parse(await askService(service, program + show))).toEqual([
    'debug',
    '25',
    'http://store:7070',
    platform.url,
  ]);
});

test('nginx reaches the API by addresses that the API trusts as a proxy', async () => {
  const said = await platform.compose('exec', '-T', 'nginx', 'getent', 'ahosts', 'api.front');
  const addresses = said
    .trim()
    .split('\n')
    .map((line) => line.split(' ')[0]);
  expect(addresses.filter((address) => !address?.startsWith('172.30.80.'))).toEqual([]);
  expect(new Set(addresses).size).toBe(2);
});

/** The certificate that people see. */
async function seenCertificate(): Promise<string> {
  const socket = connect({
    port: Number(new URL(platform.url).port),
    servername: 'localhost',
    rejectUnauthorized: false,
  });
  await once(socket, 'secureConnect');
  const { serialNumber } = socket.getPeerCertificate();
  socket.destroy();
  return serialNumber;
}

async function serialOf(path: string): Promise<string> {
  const { stdout } = await run('openssl', ['x509', '-noout', '-serial', '-in', path]);
  return stdout.trim().replace('serial=', '');
}

/** The processes of nginx that take connections. After a reload those of before still do, for a moment. */
async function listWorkers(): Promise<string[]> {
  const rows = (await platform.compose('top', 'nginx')).split('\n');
  return rows.flatMap((row) => /^\S+\s+(\d+).*nginx: worker process\s*$/.exec(row)?.[1] ?? []);
}

/** Waits until people see a certificate, whichever process takes them. @param earlier the processes before the reload. */
async function awaitCertificate(serial: string, earlier: readonly string[]): Promise<void> {
  await expect.poll(seenCertificate, { timeout: 60_000 }).toBe(serial);
  const listEarlier = async () => (await listWorkers()).filter((pid) => earlier.includes(pid));
  await expect.poll(listEarlier, { timeout: 60_000 }).toEqual([]);
}

test('a certificate of certbot is in use without a restart, and half of a pair is not', async () => {
  const folder = join(platform.folder, 'secrets/certificates');
  const [certificate, key] = [join(folder, 'tls_certificate'), join(folder, 'tls_key')];
  const before = await seenCertificate();
  expect(before).toBe(await serialOf(certificate));
  const own = { [certificate]: readFileSync(certificate), [key]: readFileSync(key) };
  const workers = await listWorkers();
  expect(workers).not.toEqual([]);

  await using authority = await startAuthority({ lifetimeSeconds: 90 * 86_400, ports: platform.ports });
  const command = (await findExample('containers.md', 'sh', 'certbot certonly'))
    .replace('-w infra/deploy/compose', `-w ${platform.folder}`)
    .replace('/srv/star-graph/infra/deploy/compose', platform.folder);
  await authority.shell(command.replace('pictures.example', 'localhost'));
  const renewed = await serialOf(certificate);
  await awaitCertificate(renewed, workers);
  expect((await authority.see('localhost')).serialNumber).toBe(renewed);
  expect(renewed).not.toBe(before);

  const putBack = (path: string) => {
    writeFileSync(`${path}.new`, own[path] ?? '', { mode: 0o444 });
    renameSync(`${path}.new`, path);
  };
  putBack(key);
  const logs = () => platform.compose('logs', '--no-log-prefix', 'nginx');
  await expect.poll(logs, { timeout: 60_000 }).toContain('key values mismatch');
  expect(await seenCertificate()).toBe(renewed);
  // The one that the clients of the other tests trust.
  const renewedWorkers = await listWorkers();
  putBack(certificate);
  await awaitCertificate(before, renewedWorkers);
}, 240_000);

/** Tasks in the database. */
async function count(): Promise<number> {
  const sql = 'mariadb -ustar_graph -p"$(cat /run/secrets/mariadb_password)" -h127.0.0.1 star_graph';
  const query = `${sql} -Ne 'SELECT COUNT(*) FROM tasks'`;
  return Number(await platform.compose('exec', '-T', 'mariadb', 'sh', '-c', query));
}

test('a restart of API and dispatchers loses no task that was accepted', async () => {
  const before = await count();
  const made = platform.make(['text2video', 'a harbour'], 'harbour.mp4');
  await Promise.race([made, expect.poll(count, { timeout: 60_000 }).toBe(before + 1)]);
  await platform.compose('restart', 'dispatcher', 'api');
  expect((await made).subarray(4, 8).toString()).toBe('ftyp');
}, 300_000);

/** What people are told by nginx, one question after the other, until something has ended. */
async function askDuring(something: Promise<unknown>): Promise<unknown[]> {
  const ended = new AbortController();
  const done = something.finally(() => ended.abort());
  const failed: unknown[] = [];
  let asked = 0;
  while (!ended.signal.aborted) {
    const status = await askUrl(`${platform.url}/healthz`).then(
      (answer) => answer.status,
      (error: Error) => error.message,
    );
    asked += 1;
    // Who asks without a pause may be told to wait.
    if (status !== 200 && status !== 429) failed.push(status);
  }
  await done;
  expect(asked).toBeGreaterThan(10);
  return failed;
}

test('an upgrade backs up, migrates, keeps data, networks and settings, and nobody is refused meanwhile', async () => {
  const before = await count();
  for (const name of ['api', 'dispatcher', 'migrate'])
    await docker.docker(['tag', imageOf(name), imageOf(name).replace(/local$/, 'next')]);
  await platform.compose('run', '--rm', 'backup');
  expect(readdirSync(join(platform.folder, 'backups'))).toEqual([expect.stringMatching(/star-graph/)]);
  platform.set('VERSION', 'next');
  const refused = await askDuring(platform.roll());
  // nginx names each process that it has tried.
  const logs = await platform.compose('logs', '--no-log-prefix', '--tail', '5000', 'nginx');
  const tried = logs.split('\n').filter((line) => /"path":"\/healthz","status":5/.test(line));
  expect(refused, tried.join('\n')).toEqual([]);
  const ids = () => platform.compose('ps', '--quiet');
  const rolled = await ids();
  await platform.compose('up', '--detach');
  expect(await ids(), 'nothing is left to do').toBe(rolled);
  const services = await vi.waitFor(expectAllHealthy, { timeout: 60_000, interval: 1_000 });
  for (const { Name: name } of services.filter(({ Service: title }) => /^(api|dispatcher)$/.test(title))) {
    const { stdout } = await docker.docker(['inspect', '--format', '{{json .}}', name]);
    const { Config, NetworkSettings } = JSON.parse(stdout);
    expect(Config.Image).toMatch(/:next$/);
    expect(Object.keys(NetworkSettings.Networks)).toContain('star-graph_metrics');
  }
  expect(await count()).toBe(before);
  expect((await platform.make(['text2img', 'after the upgrade'], 'after.png')).length).toBeGreaterThan(0);
}, 600_000);

test('containers that never serve are removed, and those that serve stay', async () => {
  const ids = async () => (await platform.compose('ps', '--quiet', 'dispatcher')).trim().split('\n').sort();
  const before = await ids();
  const settings = join(platform.folder, 'platform.env');
  const kept = readFileSync(settings);
  writeFileSync(settings, 'SHUTDOWN_SECONDS=none\n');
  await expect(platform.roll('dispatcher')).rejects.toMatchObject({
    stderr: expect.stringContaining('the old ones serve on'),
  });
  writeFileSync(settings, kept);
  expect(await ids()).toEqual(before);
}, 600_000);

test('a stop ends every process of ours in order, before it is killed', async () => {
  await platform.compose('stop');
  const ours = (await listServices()).filter(({ Service: name }) =>
    /^(api|dispatcher|comfyui-\d)$/.test(name),
  );
  expect(ours.map(({ ExitCode }) => ExitCode)).toEqual([0, 0, 0, 0, 0, 0]);
}, 240_000);
