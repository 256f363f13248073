import { randomUUID } from 'node:crypto';
import { destinations } from '@star-graph/contract/events';
import { createRedis } from '@star-graph/core/ground/redis/createRedis';
import { createJobQueues } from '@star-graph/core/ground/redis/jobQueues';
import { systemClock } from '@star-graph/core/ground/runtime/clock';
import { findFreePort } from '@star-graph/core/ground/runtime/freePort';
import { silentLogger } from '@star-graph/core/testing/dispatch/dispatchSetup';
import { eventually } from '@star-graph/core/testing/eventually';
import { type OwnRedis, startOwnRedis } from '@star-graph/core/testing/services/ownRedis';
import { expect, test } from 'vitest';
import { connectStomp } from './testing/calls/stompClient.ts';
import { createTestPlatform, startTestApi } from './testing/servers/apiServer.ts';
import { startPool } from './testing/servers/poolServer.ts';

const prefix = '{star-graph}:';

/** One node that has every slot: it refuses what a cluster of many would refuse. */
async function startNode(): Promise<OwnRedis | undefined> {
  const busPort = String(await findFreePort());
  const node = await startOwnRedis(['--cluster-enabled', 'yes', '--cluster-port', busPort]);
  if (!node) return undefined;
  const redis = createRedis({ url: node.url });
  await redis.cluster('ADDSLOTSRANGE', 0, 16_383);
  await eventually(async () => expect(await redis.cluster('INFO')).toContain('cluster_state:ok'));
  redis.disconnect();
  return node;
}

test('with a hash tag as prefix, no command of the platform crosses slots', async ({ skip }) => {
  await using parts = new AsyncDisposableStack();
  const node = parts.use((await startNode()) ?? skip());
  const base = parts.use(await createTestPlatform());
  const platform = {
    ...base,
    redis: { ...base.redis, url: node.url, prefix },
    env: { ...base.env, REDIS_URL: node.url, REDIS_PREFIX: prefix },
  };
  const api = await startTestApi(platform, { SIGN_UP_GRANT: '1000' });
  parts.defer(() => api.stop());
  const pool = parts.use(await startPool(platform, api));
  await pool.release();
  const people = [await api.signUp(), await api.signUp()];
  const [first] = people;
  const socket = parts.use(
    await connectStomp(`${api.url.replace('http', 'ws')}/ws`, first?.accessToken ?? ''),
  );
  const told = await socket.listen(destinations.result);
  const tasks = await Promise.all(
    [...people, ...people].map(async ({ accessToken: token }, number) => {
      const body = { prompt: `a lighthouse ${number}`, width: 256, height: 256, steps: 2 };
      return { token, id: (await api.call('/api/v1/generate/text2img', { token, body })).body.id };
    }),
  );
  await eventually(async () => {
    for (const { token, id } of tasks)
      expect((await api.call(`/api/v1/tasks/${id}`, { token })).body.status).toBe('succeeded');
  });
  await eventually(() => expect(told.map(({ type }) => type)).toContain('task_completed'));
  for (const { accessToken: token } of people) {
    await api.call('/api/v1/tasks', { token });
    await api.call('/api/v1/auth/logout', { token, method: 'POST' });
  }
  // A dispatcher draws the thumbnails of its own results without the queue: one more, of a picture that has gone.
  const config = { url: node.url, prefix };
  const queues = createJobQueues({ clock: systemClock, logger: silentLogger }, config);
  parts.defer(() => queues.close());
  const job = { assetId: randomUUID() };
  await eventually(async () => expect(await queues.add({ name: 'thumbnails' }, 'gone', job)).toBe(true));
  const redis = parts.adopt(createRedis({ url: node.url }), (it) => it.disconnect());
  const called = async () => await redis.info('commandstats');
  // What was looked at: scripts, reads of many keys, and the queues of jobs.
  for (const command of ['evalsha', 'eval', 'mget', 'brpoplpush', 'exec', 'publish'])
    await eventually(async () => expect(await called()).toContain(`cmdstat_${command}:`));
  expect(await redis.info('errorstats')).not.toMatch(/CROSSSLOT|MOVED/);
});
