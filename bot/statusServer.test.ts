import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { startStatusServer } from './statusServer.ts';

test('a stop waits for no silent connection', async () => {
  const server = await startStatusServer({ port: 0, host: '127.0.0.1', token: undefined }, () => true);
  const silent = connect(Number(new URL(server.url).port), '127.0.0.1').on('error', () => undefined);
  await once(silent, 'connect');
  // Accepted behind the silent one.
  expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
  const closed = once(silent, 'close');
  await server.close();
  await closed;
});

test('metrics need the token, readiness does not', async () => {
  const config = { port: 0, host: '127.0.0.1', token: 'a secret of some length' };
  const server = await startStatusServer(config, () => true);
  const read = async (path: string, authorization = '') =>
    (await fetch(`${server.url}${path}`, { headers: { authorization } })).status;
  expect(await read('/metrics')).toBe(401);
  expect(await read('/metrics', 'Bearer another')).toBe(401);
  expect(await read('/metrics', `Bearer ${config.token}`)).toBe(200);
  expect(await read('/readyz')).toBe(200);
  await server.close();
});
