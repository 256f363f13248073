import { describe, expect, test } from 'vitest';
import { createJobQueues } from '../../ground/redis/jobQueues.ts';
import { systemClock } from '../../ground/runtime/clock.ts';
import { newId } from '../../ground/runtime/ids.ts';
import { eventually, silentLogger } from '../../testing/dispatch/dispatchSetup.ts';
import { fixture } from '../../testing/fixture.ts';
import { createTcpProxy } from '../../testing/services/tcpProxy.ts';
import { createTestRedis } from '../../testing/services/testRedis.ts';
import { type BackendQueues, createBackendQueues } from './backendQueue.ts';

const redis = fixture(createTestRedis);

function create(url = redis.url): BackendQueues & { close(): Promise<void> } {
  const deps = { clock: systemClock, logger: silentLogger };
  const jobQueues = createJobQueues(deps, { url, prefix: redis.prefix });
  return { ...createBackendQueues(jobQueues), close: jobQueues.close };
}

/** Sends signals until one is received: the listener may not be connected yet. */
async function ringUntilHeard(ringer: BackendQueues, backendId: string, heard: () => number): Promise<void> {
  const before = heard();
  let attempt = 0;
  await eventually(() => {
    ringer.ring(backendId, { taskId: newId(), attempt: ++attempt });
    expect(heard()).toBeGreaterThan(before);
  });
}

function listener(backendQueues: BackendQueues, backendId: string) {
  let heard = 0;
  const stop = backendQueues.listen(backendId, () => {
    heard += 1;
  });
  return { heard: () => heard, stop };
}

describe('the queue of a backend', () => {
  test('reaches only the owner of that backend, in any process', async () => {
    const [ringer, owners] = [create(), create()];
    const [warmUp, own, other] = [newId(), newId(), newId()];
    await ringUntilHeard(ringer, warmUp, listener(owners, warmUp).heard);
    const [here, there] = [listener(owners, own), listener(owners, other)];
    ringer.ring(own, { taskId: newId(), attempt: 1 });
    await eventually(() => expect(here.heard()).toBe(1));
    ringer.ring(other, { taskId: newId(), attempt: 1 });
    await eventually(() => expect(there.heard()).toBe(1));
    expect(here.heard()).toBe(1);
    await eventually(async () => {
      const keys = await redis.redis.keys('*:jobs');
      expect(keys.filter((key) => [warmUp, own, other].some((id) => key.includes(id)))).toEqual([]);
    });
    await ringer.close();
    await owners.close();
  });

  test('of which nobody takes anything any more ends by itself', async () => {
    const ringer = create();
    const gone = newId();
    await eventually(async () => {
      ringer.ring(gone, { taskId: newId(), attempt: 1 });
      const keys = await redis.redis.keys(`*${gone}*`);
      expect(keys).toHaveLength(2);
      for (const key of keys) expect(await redis.redis.ttl(key)).toBeGreaterThan(0);
    });
    await ringer.close();
  });

  test('works again after Redis lost its data and scripts', async () => {
    const backendQueues = create();
    const backendId = newId();
    const { heard } = listener(backendQueues, backendId);
    await ringUntilHeard(backendQueues, backendId, heard);
    await redis.empty();
    await redis.redis.script('FLUSH');
    await ringUntilHeard(backendQueues, backendId, heard);
    await backendQueues.close();
  });

  test('works again after a lost connection, and never makes senders wait', async () => {
    await using proxy = await createTcpProxy(redis.url);
    const backendQueues = create(proxy.url);
    const backendId = newId();
    const { heard } = listener(backendQueues, backendId);
    await ringUntilHeard(backendQueues, backendId, heard);
    await proxy.cut();
    backendQueues.ring(backendId, { taskId: newId(), attempt: 1 });
    await proxy.restore();
    await ringUntilHeard(backendQueues, backendId, heard);
    await backendQueues.close();
  });

  test('works when Redis was away at the start', async () => {
    await using proxy = await createTcpProxy(redis.url);
    await proxy.cut();
    const backendQueues = create(proxy.url);
    const backendId = newId();
    const { heard } = listener(backendQueues, backendId);
    await proxy.restore();
    await ringUntilHeard(backendQueues, backendId, heard);
    await backendQueues.close();
  });

  test('delivers nothing after the listener stopped', async () => {
    const backendQueues = create();
    const backendId = newId();
    const { heard, stop } = listener(backendQueues, backendId);
    await ringUntilHeard(backendQueues, backendId, heard);
    await stop();
    const before = heard();
    const next = listener(backendQueues, backendId);
    await ringUntilHeard(backendQueues, backendId, next.heard);
    expect(heard()).toBe(before);
    await backendQueues.close();
  });
});
