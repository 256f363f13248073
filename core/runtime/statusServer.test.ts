import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { findFreePort } from './freePort.ts';
import { startStatusServer } from './statusServer.ts';

test('a stop of the status server waits for no silent connection', async () => {
  const port = await findFreePort();
  const server = await startStatusServer({ port, host: '127.0.0.1', token: undefined });
  const silent = connect(port, '127.0.0.1').on('error', () => undefined);
  await once(silent, 'connect');
  // Accepted behind the silent one.
  expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
  const closed = once(silent, 'close');
  await server.close();
  await closed;
});

test('the status server shows metrics only with the token, health to everybody', async () => {
  const port = await findFreePort();
  const server = await startStatusServer({ port, host: '127.0.0.1', token: 'a secret of some length' });
  const read = async (path: string, authorization = '') =>
    (await fetch(`http://127.0.0.1:${port}${path}`, { headers: { authorization } })).status;
  expect(await read('/metrics')).toBe(401);
  expect(await read('/metrics', 'Bearer another')).toBe(401);
  expect(await read('/metrics', 'Bearer a secret of some length')).toBe(200);
  expect(await read('/healthz')).toBe(200);
  await server.close();
});
