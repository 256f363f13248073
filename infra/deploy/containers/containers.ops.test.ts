import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findFreePort } from '@star-graph/core/ground/runtime/freePort';
import { createTestDatabase } from '@star-graph/core/testing/db/testDatabase';
import { type S3Service, startS3rver } from '@star-graph/core/testing/services/s3rver';
import { createTestRedis } from '@star-graph/core/testing/services/testRedis';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { imageContents } from './build/imageContents.ts';
import { buildImage, type Container, imageOf, podman, runOnce, startContainer } from './testing/podman.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../../..');
const images = Object.keys(imageContents);
const largestBytes = 250_000_000;

const folder = mkdtempSync(join(tmpdir(), 'star-graph-containers-test-'));
const cleanUp = new AsyncDisposableStack();
const containers: Record<string, Container> = {};
let api = '';
let store: S3Service;
const password = randomBytes(12).toString('hex');

/** As compose mounts them: files that any user of a container may read, in a folder of who owns them. */
function writeSecrets(secrets: Readonly<Record<string, string>>): Record<string, string> {
  for (const [name, value] of Object.entries(secrets)) writeFileSync(join(folder, name), `${value}\n`);
  return Object.fromEntries(Object.keys(secrets).map((name) => [`${name}_FILE`, `/run/secrets/${name}`]));
}

async function start(name: string, env: Record<string, string>): Promise<void> {
  const container = await startContainer(name, { env, secrets: folder });
  containers[name] = container;
  cleanUp.use(container);
  const check = () =>
    container.checkHealth().catch(async (error: unknown) => {
      throw new Error(`${name}: ${String(error)}\n${await container.logs()}`);
    });
  await vi.waitFor(check, { timeout: 120_000, interval: 500 });
}

beforeAll(async () => {
  for (const image of images) await buildImage(image);
  chmodSync(folder, 0o755);
  cleanUp.defer(() => rmSync(folder, { recursive: true }));
  const database = cleanUp.use(await createTestDatabase());
  const redis = cleanUp.use(await createTestRedis());
  store = await startS3rver({ anonymous: 'denied' });
  cleanUp.defer(() => store.stop());
  const ports = {
    api: await findFreePort(),
    dispatcher: await findFreePort(),
    preview: await findFreePort(),
  };
  api = `http://127.0.0.1:${ports.api}`;
  const secrets = writeSecrets({
    DATABASE_URL: database.url,
    REDIS_URL: redis.url,
    DATA_KEYS: `one:${randomBytes(32).toString('base64url')}`,
    S3_ACCESS_KEY: store.accessKey,
    S3_SECRET_KEY: store.secretKey,
  });
  const onlyApi = writeSecrets({
    JWT_KEYS: `one:${randomBytes(64).toString('base64url')}`,
    ADMIN_PASSWORD: password,
  });
  const shared = { ...secrets, REDIS_PREFIX: redis.prefix, S3_ENDPOINT: store.endpoint };
  const { DATABASE_URL_FILE = '' } = secrets;
  const migrated = await runOnce('migrate', { env: { DATABASE_URL_FILE }, secrets: folder });
  expect(migrated.stdout).toContain('The database is up to date.');
  await start('preview-backend', { PREVIEW_BACKEND_PORT: `${ports.preview}` });
  await start('dispatcher', {
    ...shared,
    DISPATCHER_PORT: `${ports.dispatcher}`,
    COMFYUI_URLS: `http://127.0.0.1:${ports.preview}`,
  });
  await start('api', { ...shared, ...onlyApi, API_PORT: `${ports.api}`, PUBLIC_URL: api });
}, 60 * 60_000);

afterAll(() => cleanUp.disposeAsync(), 120_000);

/** `npm run try`, which is a client like others. */
async function make(args: readonly string[], output: string): Promise<Buffer> {
  const path = join(folder, output);
  await run(process.execPath, ['infra/cli/try.ts', ...args, '-o', path], {
    cwd: root,
    env: {
      ...process.env,
      STAR_GRAPH_API_URL: api,
      STAR_GRAPH_USERNAME: 'admin',
      STAR_GRAPH_PASSWORD: password,
    },
    timeout: 240_000,
  });
  return readFileSync(path);
}

/** What a program of Node prints in the image. */
const ask = async (image: string, program: string): Promise<string> =>
  (await runOnce(image, { command: ['-e', program] })).stdout.trim();

test.each(images)('the image of %s is smaller than 250 MB', async (image) => {
  const { stdout } = await podman(['image', 'inspect', '--format', '{{.Size}}', imageOf(image)]);
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
    ['ffmpeg', 'ffprobe', 'node'],
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

test('a picture is made by containers alone', async () => {
  const picture = await make(['text2img', 'a lighthouse at dawn'], 'lighthouse.png');
  expect(await sharp(picture).metadata()).toMatchObject({ format: 'png' });
}, 300_000);

test('a picture is enlarged by the network in the image', async () => {
  const source = join(folder, 'small.png');
  await sharp({ create: { width: 48, height: 32, channels: 3, background: '#3377aa' } })
    .png()
    .toFile(source);
  const picture = await make(['upscale', source, '--scale', '2'], 'large.png');
  expect(await sharp(picture).metadata()).toMatchObject({ width: 96, height: 64 });
}, 300_000);

test('a film is encoded and checked by the ffmpeg in the images', async () => {
  const film = await make(['text2video', 'waves'], 'waves.mp4');
  expect(film.subarray(4, 8).toString()).toBe('ftyp');
}, 300_000);

test('the documentation and its scripts are in the image', async () => {
  for (const path of ['/docs', '/docs/swagger-ui-bundle.js', '/openapi.json'])
    expect((await fetch(`${api}${path}`)).status).toBe(200);
});

test('the bot of the image refuses to start without a token, and says so', async () => {
  const env = { STAR_GRAPH_SERVICE_KEY: 'sgs_x' };
  await expect(runOnce('bot', { env })).rejects.toThrow('DISCORD_TOKEN');
});

test('SIGTERM ends every process in order, before it is killed', async () => {
  for (const name of ['api', 'dispatcher', 'preview-backend'])
    expect({ name, code: await containers[name]?.stop() }).toEqual({ name, code: 0 });
});

test('docker compose takes every file', async () => {
  await run(process.execPath, ['infra/deploy/compose/createSecrets.mjs', '--folder', folder], { cwd: root });
  for (const over of ['dev', 'gpu']) {
    const files = [
      '-f',
      'infra/deploy/compose/compose.yml',
      '-f',
      `infra/deploy/compose/compose.${over}.yml`,
    ];
    const env = { ...process.env, COMFYUI_IMAGE: 'comfyui:1.0.0', MODELS_FOLDER: folder };
    await run('docker-compose', ['--env-file', join(folder, '.env'), ...files, 'config', '--quiet'], {
      cwd: root,
      env,
    });
  }
});
