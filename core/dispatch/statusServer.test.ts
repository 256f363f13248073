import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { findFreePort } from '../freePort.ts';
import { startStatusServer } from './statusServer.ts';

test('a stop of the status server waits for no connection that sends nothing', async () => {
  const port = await findFreePort();
  const server = await startStatusServer(port);
  const silent = connect(port, '127.0.0.1').on('error', () => undefined);
  await once(silent, 'connect');
  // Accepted behind the silent one.
  expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
  const closed = once(silent, 'close');
  await server.close();
  await closed;
});
