import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createTcpProxy } from '../testing/services/tcpProxy.ts';
import { createTestRedis } from '../testing/services/testRedis.ts';
import { createRedis } from './createRedis.ts';

test('closing a connection that subscribes again leaves no rejection unhandled', async () => {
  await using parts = new AsyncDisposableStack();
  const server = parts.use(await createTestRedis());
  const proxy = parts.use(await createTcpProxy(server.url));
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => void unhandled.push(reason);
  process.on('unhandledRejection', note);
  parts.defer(() => void process.off('unhandledRejection', note));
  const queue = parts.adopt(createRedis({ url: proxy.url, purpose: 'queue' }), (it) => it.disconnect());
  // As bee-queue does for the news of delayed jobs.
  const connection = queue.duplicate().on('error', () => undefined);
  await connection.subscribe('channel');

  const ended = once(connection, 'end');
  connection.once('ready', () => {
    // It has just asked for its channel again.
    proxy.freeze();
    connection.disconnect();
    void proxy.cut();
  });
  await proxy.cut();
  await proxy.restore();
  await ended;
  await turn();
  expect(unhandled).toEqual([]);
});
