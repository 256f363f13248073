import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../clock.ts';
import { newId } from '../../ids.ts';
import { eventually, silentLogger } from '../../testing/dispatch.ts';
import { createTestRedis, type TestRedis } from '../../testing/redis.ts';
import { createTcpProxy } from '../../testing/tcpProxy.ts';
import { createDoorbells, type Doorbells } from './backendQueue.ts';

let redis: TestRedis;

beforeAll(async () => {
  redis = await createTestRedis();
});
afterAll(() => redis[Symbol.asyncDispose]());

const create = (url = redis.url): Doorbells =>
  createDoorbells({ clock: systemClock, logger: silentLogger }, { url, prefix: redis.prefix });

/** Rings until it is heard: the listener may not be there yet. Answers how many rings were heard. */
async function ringUntilHeard(ringer: Doorbells, backendId: string, heard: () => number): Promise<void> {
  const before = heard();
  let attempt = 0;
  await eventually(() => {
    ringer.ring(backendId, { taskId: newId(), attempt: ++attempt });
    expect(heard()).toBeGreaterThan(before);
  });
}

function listener(doorbells: Doorbells, backendId: string) {
  let heard = 0;
  const stop = doorbells.listen(backendId, () => {
    heard += 1;
  });
  return { heard: () => heard, stop };
}

describe('a doorbell', () => {
  it('is heard in another process by the owner of that backend alone, and leaves nothing behind', async () => {
    const [ringer, owners] = [create(), create()];
    const [warmUp, own, other] = [newId(), newId(), newId()];
    await ringUntilHeard(ringer, warmUp, listener(owners, warmUp).heard);
    const [here, there] = [listener(owners, own), listener(owners, other)];
    ringer.ring(own, { taskId: newId(), attempt: 1 });
    await eventually(() => expect(here.heard()).toBe(1));
    ringer.ring(other, { taskId: newId(), attempt: 1 });
    await eventually(() => expect(there.heard()).toBe(1));
    expect(here.heard()).toBe(1);
    await ringer.close();
    await owners.close();
    const jobs = (await redis.redis.keys('*')).filter((key) => key.endsWith(':jobs'));
    expect(jobs).toEqual([]);
  });

  it('is heard again after Redis lost its data and its scripts', async () => {
    const doorbells = create();
    const backendId = newId();
    const { heard } = listener(doorbells, backendId);
    await ringUntilHeard(doorbells, backendId, heard);
    await redis.empty();
    await redis.redis.script('FLUSH');
    await ringUntilHeard(doorbells, backendId, heard);
    await doorbells.close();
  });

  it('is heard again after the connection was lost, and ringing meanwhile neither throws nor waits', async () => {
    await using proxy = await createTcpProxy(redis.url);
    const doorbells = create(proxy.url);
    const backendId = newId();
    const { heard } = listener(doorbells, backendId);
    await ringUntilHeard(doorbells, backendId, heard);
    await proxy.cut();
    doorbells.ring(backendId, { taskId: newId(), attempt: 1 });
    await proxy.restore();
    await ringUntilHeard(doorbells, backendId, heard);
    await doorbells.close();
  });

  it('is heard when Redis was away at the start', async () => {
    await using proxy = await createTcpProxy(redis.url);
    await proxy.cut();
    const doorbells = create(proxy.url);
    const backendId = newId();
    const { heard } = listener(doorbells, backendId);
    await proxy.restore();
    await ringUntilHeard(doorbells, backendId, heard);
    await doorbells.close();
  });

  it('is not heard any more once the listener stopped', async () => {
    const doorbells = create();
    const backendId = newId();
    const { heard, stop } = listener(doorbells, backendId);
    await ringUntilHeard(doorbells, backendId, heard);
    await stop();
    const before = heard();
    const next = listener(doorbells, backendId);
    await ringUntilHeard(doorbells, backendId, next.heard);
    expect(heard()).toBe(before);
    await doorbells.close();
  });
});
