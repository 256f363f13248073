import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { systemClock } from '../clock.ts';
import { findFreePort } from '../freePort.ts';
import { startStatusServer } from '../statusServer.ts';
import { createHealth, type Dependency } from './health.ts';

const main = fileURLToPath(new URL('main.ts', import.meta.url));
const run = (args: readonly string[], env: Record<string, string>) =>
  promisify(execFile)(process.execPath, [main, ...args], { env }).then(
    () => ({ code: 0, stderr: '' }),
    ({ code, stderr }: { code: number; stderr: string }) => ({ code, stderr }),
  );

test('the check of a container has the exit code of the answer', async () => {
  const away: Dependency = {
    name: 'database',
    needed: 'always',
    limitMs: 1_000,
    fault: 'The database is away.',
    ask: () => Promise.reject(new Error('away')),
  };
  const health = createHealth({ clock: systemClock }, [away]);
  const server = await startStatusServer({ port: 0, host: '127.0.0.1', token: undefined, health });
  const env = { DISPATCHER_PORT: new URL(server.url).port, METRICS_HOST: '0.0.0.0' };
  expect(await run(['dispatcher'], env)).toEqual({ code: 0, stderr: '' });
  const notReady = await run(['dispatcher', 'readyz'], env);
  expect(notReady).toMatchObject({ code: 1, stderr: expect.stringContaining('The database is away.') });
  await server.close();
});

test('the check of a container fails where nothing answers or nothing is named', async () => {
  const nobody = { BOT_PORT: String(await findFreePort()) };
  expect((await run(['bot'], nobody)).stderr).toContain('No answer from the bot');
  expect((await run(['bot'], {})).stderr).toContain('Set BOT_PORT');
  expect((await run(['nobody'], nobody)).stderr).toContain('Name a process');
});
