import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createTcpProxy } from '../../testing/services/tcpProxy.ts';
import { createTestRedis } from '../../testing/services/testRedis.ts';
import { createRedis } from './createRedis.ts';

/** Ends when the server has answered a client that came later than everything so far. This process stands still meanwhile. */
function standStill(url: string): void {
  const { hostname, port } = new URL(url);
  const ask = `require('node:net').connect(${port}, '${hostname}').once('data', () => process.exit()).write('PING\\r\\n')`;
  expect(spawnSync(process.execPath, ['-e', ask]).status).toBe(0);
}

test('a command whose answer came while the process stood still is not given up', async () => {
  await using server = await createTestRedis();
  const redis = createRedis({ url: server.url });
  try {
    await redis.set('here', 'yes');
    const asked = redis.get('here');
    // By then it is written.
    await turn();
    for (const begunMs = performance.now(); performance.now() - begunMs < 2_100; ) standStill(server.url);
    expect(await asked).toBe('yes');
  } finally {
    redis.disconnect();
  }
});

test('a command without an answer is given up', async () => {
  await using server = await createTestRedis();
  await using proxy = await createTcpProxy(server.url);
  const redis = createRedis({ url: proxy.url, commandTimeoutMs: 100 });
  try {
    await once(redis, 'ready');
    proxy.freeze();
    await expect(redis.get('here')).rejects.toThrow('timed out');
  } finally {
    redis.disconnect();
  }
});

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
