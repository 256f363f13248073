import { writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readEnvironment } from '../launcherConfig.ts';
import { createTestDir } from '../testing/processes.ts';
import { describeNodeProcess, givesAnswer, selectEnvironment } from './nodeProcesses.ts';

const env = {
  PATH: '/bin',
  JWT_KEYS: 'a:b',
  ADMIN_PASSWORD: 'correct horse',
  LEASE_SECONDS: '5',
  COMFYUI_URLS: 'http://me:word@gpu1',
  DISCORD_TOKEN: 'bot',
  AWS_SECRET_ACCESS_KEY: 'not ours',
};

test('only the API gets the keys that sign people in', () => {
  expect(selectEnvironment('api', env, {})).toMatchObject({
    JWT_KEYS: 'a:b',
    ADMIN_PASSWORD: 'correct horse',
  });
  expect(selectEnvironment('dispatcher', env, {})).toEqual({
    PATH: '/bin',
    LEASE_SECONDS: '5',
    COMFYUI_URLS: 'http://me:word@gpu1',
  });
  expect(selectEnvironment('preview-backend', env, {})).toEqual({ PATH: '/bin' });
});

test('only the dispatcher gets the passwords of GPU servers', () => {
  for (const name of ['api', 'bot', 'preview-backend', 'migrations'] as const)
    expect(JSON.stringify(selectEnvironment(name, env, {}))).not.toContain('word@');
});

test('what the launcher gives wins over what was set', () => {
  expect(
    selectEnvironment('migrations', { ...env, DATABASE_URL: 'theirs' }, { DATABASE_URL: 'ours' }),
  ).toEqual({
    PATH: '/bin',
    DATABASE_URL: 'ours',
  });
});

test('the environment wins over .env, and an empty value unsets', () => {
  const root = createTestDir();
  writeFileSync(
    join(root, '.env'),
    'API_PORT=9000\nREDIS_URL=redis://elsewhere\nLOG_LEVEL="warn"\nS3_REGION=\n',
  );
  expect(readEnvironment(root, { API_PORT: '9001', REDIS_URL: '' })).toEqual({
    API_PORT: '9001',
    LOG_LEVEL: 'warn',
  });
});

test('only silence shows that a process hangs: a closed connection is an answer', async () => {
  const ask = async (onConnection: (socket: Socket) => void) => {
    const sockets: Socket[] = [];
    const server = createServer((socket) => {
      sockets.push(socket);
      onConnection(socket);
    });
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return givesAnswer(`http://127.0.0.1:${(server.address() as { port: number }).port}/healthz`, 200);
  };
  expect(await ask(() => undefined)).toBe(false);
  expect(await ask((socket) => socket.destroy())).toBe(true);
  expect(await ask((socket) => socket.end('HTTP/1.1 503 Away\r\nContent-Length: 0\r\n\r\n'))).toBe(true);
});

test('a process of ours is asked for its health', async () => {
  const asked: (string | undefined)[] = [];
  const server = createHttpServer((request, response) => {
    asked.push(request.url);
    response.end();
  });
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const healthUrl = `http://127.0.0.1:${(server.address() as { port: number }).port}/healthz`;
  const context = { root: '/', config: { dataDir: '/', shutdownSeconds: 1 } };
  const described = { name: 'api', main: 'main.ts', env: {}, isReady: async () => true } as const;
  expect(await describeNodeProcess(context, { ...described, healthUrl }).isAlive?.()).toBe(true);
  expect(asked).toEqual(['/healthz']);
});
