import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { parseConfig } from '@star-graph/core/config';
import { describeDatabaseFault } from '@star-graph/core/db/databaseFault';
import { findFreePort } from '@star-graph/core/freePort';
import { createTestDatabase, testRedisUrl } from '@star-graph/core/testing/database';
import { startS3rver } from '@star-graph/core/testing/s3rver';
import { expect, onTestFinished, test } from 'vitest';
import { checkDatabase, checkRedis, checkStorage, findSilentBackends } from './externalParts.ts';

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

test('a database of the person’s is told apart: good, away, refused, not there, on an unknown machine', async () => {
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

test('a Redis of the person’s is told apart: good, away, refused, another program', async () => {
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

test('a GPU server that does not answer, or is another program, is named, and a good one is not', async () => {
  const server = createServer((request, response) => {
    response.end(request.url === '/comfy/system_stats' ? '{"system":{},"devices":[]}' : '<html>');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const away = `http://127.0.0.1:${await findFreePort()}`;
  const sentences = await findSilentBackends([
    `http://127.0.0.1:${port}/comfy/`,
    away,
    `http://127.0.0.1:${port}`,
  ]);
  expect(sentences).toEqual([
    expect.stringContaining(`${away} does not answer as ComfyUI does (ECONNREFUSED)`),
    expect.stringContaining('(another program)'),
  ]);
});
