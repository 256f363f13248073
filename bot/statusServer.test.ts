import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { startStatusServer } from './statusServer.ts';

test('a stop of the status server waits for no connection that sends nothing', async () => {
  const server = await startStatusServer(0, () => true);
  const silent = connect(Number(new URL(server.url).port), '127.0.0.1').on('error', () => undefined);
  await once(silent, 'connect');
  // Accepted behind the silent one.
  expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
  const closed = once(silent, 'close');
  await server.close();
  await closed;
});
