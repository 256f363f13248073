import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { nameBackends } from '@star-graph/core/comfy/namedBackends';
import { parseConfig } from '@star-graph/core/ground/config/config';
import { describeDatabaseFault } from '@star-graph/core/ground/db/databaseFault';
import { findFreePort } from '@star-graph/core/ground/runtime/freePort';
import { newId } from '@star-graph/core/ground/runtime/ids';
import { startScriptedServer } from '@star-graph/core/testing/comfy/scriptedServer';
import { startPreviewBackend } from '@star-graph/core/testing/comfy/startPreviewBackend';
import { createTestDatabase, testRedisUrl } from '@star-graph/core/testing/db/testDatabase';
import { startS3rver } from '@star-graph/core/testing/services/s3rver';
import { expect, onTestFinished, test } from 'vitest';
import {
  checkDatabase,
  checkRedis,
  checkStorage,
  findRemovedBackends,
  findSilentBackends,
  openBackendNetwork,
} from './externalParts.ts';

async function change(url: string, parts: Partial<URL>): Promise<string> {
  return Object.assign(new URL(url), parts).href;
}

const nobody = async () => ({ hostname: '127.0.0.1', port: String(await findFreePort()) });

/** A sentence: it names the variable, shows no secret and no stack. */
const sentence = (variable: string, words: string) => (error: unknown) => {
  const { name, message } = error as Error;
  expect(name).toBe('LaunchFailure');
  expect(message).toMatch(new RegExp(`^${variable}: [^\\n]*${words}`));
  return true;
};

test('an external database is good, away, refused, missing, or unknown', async () => {
  await using db = await createTestDatabase();
  await checkDatabase(db.url);
  const faults = [
    [await nobody(), 'nothing listens at 127.0.0.1:'],
    [{ password: 'a-wrong-secret' }, 'refuses the user "star_graph_test" or the password'],
    [{ pathname: `/none_${randomBytes(4).toString('hex')}` }, 'CREATE DATABASE'],
    [{ hostname: 'database.invalid' }, 'no machine named database.invalid'],
  ] as const;
  for (const [parts, words] of faults) {
    const error = await checkDatabase(await change(db.url, parts)).catch((reason) => reason);
    sentence('DATABASE_URL', words)(error);
    expect(error.message).not.toContain('secret');
  }
});

test('a server that is no MySQL is said to be none', () => {
  const error = Object.assign(new Error('connect ETIMEDOUT'), { code: 'ETIMEDOUT' });
  expect(describeDatabaseFault(error, 'mysql://me:secret@host:22/db')).toBe(
    'DATABASE_URL: what is at host:22 does not answer as MySQL or MariaDB does. Correct the address.',
  );
});

test('an external Redis is good, away, refused, or another program', async () => {
  const url = testRedisUrl();
  await checkRedis(url);
  const program = createServer().listen(0, '127.0.0.1');
  await once(program, 'listening');
  onTestFinished(() => {
    program.close();
  });
  const address = program.address();
  const port = typeof address === 'object' && address !== null ? String(address.port) : '';
  const faults = [
    [await nobody(), 'no Redis answers at 127.0.0.1:'],
    [{ password: 'a-wrong-secret' }, 'refuses the user or the password'],
    [{ password: '' }, 'refuses the user or the password'],
    [{ pathname: '/99999' }, 'no Redis that we can use'],
    [{ port }, 'Correct the address'],
  ] as const;
  for (const [parts, words] of faults) {
    const error = await checkRedis(await change(url, parts)).catch((reason) => reason);
    sentence('REDIS_URL', words)(error);
    expect(error.message).not.toContain('secret');
  }
});

test('Sentinels that are away, or know no such master, are named', async () => {
  const { hostname, port } = await nobody();
  const url = `redis+sentinel://:a-secret@${hostname}:${port}/main?sentinelPassword=a-secret`;
  const error = await checkRedis(url).catch((reason) => reason);
  sentence('REDIS_URL', `no Sentinel names a master: .*${port}`)(error);
  expect(error.message).not.toContain('secret');
});

test('a storage of the person’s is told apart: good, away, refused', async () => {
  const s3 = await startS3rver({ anonymous: 'denied' });
  onTestFinished(() => s3.stop());
  const env = parseConfig({
    DATABASE_URL: 'mysql://localhost/x',
    REDIS_URL: 'redis://localhost',
    JWT_KEYS: `a:${randomBytes(64).toString('base64url')}`,
    S3_ENDPOINT: s3.endpoint,
    S3_ACCESS_KEY: s3.accessKey,
    S3_SECRET_KEY: s3.secretKey,
  });
  const warn = () => undefined;
  await checkStorage(env, warn);
  const { hostname, port } = await nobody();
  const away = checkStorage({ ...env, S3_ENDPOINT: `http://${hostname}:${port}` }, warn);
  await expect(away).rejects.toSatisfy(sentence('S3_ENDPOINT', 'nothing answers at http://127.0.0.1:'));
  const refused = checkStorage({ ...env, S3_SECRET_KEY: 'wrong' }, warn);
  await expect(refused).rejects.toSatisfy(
    sentence('S3_ACCESS_KEY, S3_SECRET_KEY', 'refuses them, or they may not use the bucket'),
  );
});

test('an unusable GPU server is named with its reason, not its password', async () => {
  await using good = await startPreviewBackend({ flags: ['--require-basic', 'me:secret'] });
  const page = await startScriptedServer((_request, response) => void response.end('<html>'));
  onTestFinished(() => page[Symbol.asyncDispose]());
  const away = `127.0.0.1:${await findFreePort()}`;
  const { host } = new URL(good.url);
  const urls = [`http://me:secret@${host}`, `http://me:secret@${away}`, `http://${page.host}`];
  const sentences = await findSilentBackends(openBackendNetwork(undefined), nameBackends(urls, {}));
  expect(sentences).toEqual([
    expect.stringMatching(
      `^COMFYUI_URLS: Nothing listens at ${away}\\. .*Tasks for it wait until it can be used\\.$`,
    ),
    expect.stringContaining(`What answers at http://${page.host} is not ComfyUI.`),
  ]);
  const wrong = nameBackends([`http://me:other-secret@${host}`], {});
  const [refused] = await findSilentBackends(openBackendNetwork(undefined), wrong);
  expect(refused).toContain(`COMFYUI_URLS: ${host} refuses the user name or the password (HTTP 401).`);
  expect([...sentences, refused].join()).not.toContain('secret');
});

test('a missing file of authorities ends the start in a sentence', () => {
  expect(() => openBackendNetwork('/nowhere.pem')).toThrow(/^COMFYUI_CA_FILE: .* cannot be read\./);
});

test('a server that an administrator removed is named with its way back', async () => {
  await using db = await createTestDatabase();
  const row = { name: 'gpu', labels: '[]', created_at: new Date() };
  await db.database('backends').insert([
    { ...row, id: newId(), url: 'http://gpu1:8188', removed_at: new Date() },
    { ...row, id: newId(), url: 'http://gpu2:8188', removed_at: new Date(), from_environment: true },
    { ...row, id: newId(), url: 'http://gpu3:8188' },
  ]);
  const named = nameBackends(['http://me:secret@gpu1:8188', 'http://gpu2:8188', 'http://gpu3:8188'], {});
  expect(await findRemovedBackends(db.url, named)).toEqual([
    expect.stringMatching(
      /^COMFYUI_URLS: an administrator removed http:\/\/gpu1:8188, so it stays out .* takes it back/,
    ),
  ]);
});
