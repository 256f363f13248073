import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createTestDir } from '../testing/processes.ts';
import { rememberPort } from './portMemory.ts';

test('gives the same port for a name while it is free', async () => {
  const dataDir = createTestDir();
  const port = await rememberPort(dataDir, 'redis');
  expect(await rememberPort(dataDir, 'redis')).toBe(port);

  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
  });
  expect(await rememberPort(dataDir, 'redis')).not.toBe(port);
});

test('remembers each name by itself', async () => {
  const dataDir = createTestDir();
  const redis = await rememberPort(dataDir, 'redis');
  await rememberPort(dataDir, 'mariadb');
  expect(await rememberPort(dataDir, 'redis')).toBe(redis);
});

test('no name gets the port of another one, though nothing listens there yet', async () => {
  const dataDir = createTestDir();
  const redis = await rememberPort(dataDir, 'redis');
  writeFileSync(join(dataDir, 'ports.json'), JSON.stringify({ redis, mariadb: redis }));
  expect(await rememberPort(dataDir, 'mariadb')).not.toBe(redis);
  expect(await rememberPort(dataDir, 'redis')).toBe(redis);
});

test('a damaged memory costs the memory and nothing else', async () => {
  const dataDir = createTestDir();
  writeFileSync(join(dataDir, 'ports.json'), '{"redis": "many"');
  expect(await rememberPort(dataDir, 'redis')).toBeGreaterThan(1023);
});

test('avoids a reserved port, even one given last time', async () => {
  const dataDir = createTestDir();
  const port = await rememberPort(dataDir, 'redis');
  expect(await rememberPort(dataDir, 'redis', [port])).not.toBe(port);
});
