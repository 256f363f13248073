import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { Backend } from '../../../ground/db/models/backend.ts';
import { createRedis } from '../../../ground/redis/createRedis.ts';
import { createSubscriber, type Subscriber } from '../../../ground/redis/subscriber.ts';
import {
  type PreviewBackendProcess,
  startPreviewBackend,
} from '../../../testing/comfy/startPreviewBackend.ts';
import { createDispatchSetup, eventually, silentLogger } from '../../../testing/dispatch/dispatchSetup.ts';
import { fixture } from '../../../testing/fixture.ts';
import { createManualClock } from '../../../testing/manualClock.ts';
import { createTcpProxy } from '../../../testing/services/tcpProxy.ts';
import { listenToPublicMessages } from '../../events/publicMessages.ts';
import { startPoolStatePublisher } from './publishPoolState.ts';

const setup = fixture(createDispatchSetup);
let preview: PreviewBackendProcess;
let subscriber: Subscriber;
const heard: { type: string; data: object }[] = [];

beforeAll(async () => {
  preview = await startPreviewBackend({ flags: ['--instant', '--threads', '1', '--seconds-per-step', '60'] });
  subscriber = createSubscriber({ url: setup.redisUrl });
  const { prefix } = setup;
  await listenToPublicMessages({ subscriber, prefix }, (body) => heard.push(JSON.parse(body)));
});
afterAll(async () => {
  subscriber?.close();
  await preview?.stop();
});

const hears = (data: object) => eventually(() => expect(heard.at(-1)).toEqual({ type: 'pool_state', data }));

test('only the leader publishes the pool, when it changes', async () => {
  // The lead stays where it is, though the process may stand still for seconds.
  const leaseMs = 12_000;
  await using _first = await setup.start({ leaseMs });
  await using _second = await setup.start({ leaseMs });
  await hears({ backends: 0, backendsUp: 0, queuedTasks: 0, runningTasks: 0 });
  const backend = await setup.addBackend(preview.url);
  await hears({ backends: 1, backendsUp: 1, queuedTasks: 0, runningTasks: 0 });
  const tasks = [];
  for (const prompt of ['one', 'two', 'three'])
    tasks.push(await setup.submit('text2img', { prompt, width: 256, height: 256, steps: 20 }));
  await hears({ backends: 1, backendsUp: 1, queuedTasks: 2, runningTasks: 1 });
  await Backend.query(setup.database).findById(backend.id).patch({ draining: true });
  await hears({ backends: 0, backendsUp: 0, queuedTasks: 2, runningTasks: 1 });
  const texts = heard.map((message) => JSON.stringify(message));
  expect(texts.filter((text, at) => text === texts[at - 1])).toEqual([]);
});

test('news that Redis missed is sent again, even for an unchanged pool', async () => {
  await using proxy = await createTcpProxy(setup.redisUrl);
  const redis = createRedis({ url: proxy.url });
  const clock = createManualClock();
  const before = heard.length;
  await redis.ping();
  await proxy.cut();
  const refused = vi.spyOn(redis, 'publish');
  const { database, prefix } = setup;
  const deps = { database, clock, logger: silentLogger, redis, prefix, leadership: { leads: true } };
  const news = startPoolStatePublisher(deps);
  await eventually(() => expect(refused).toHaveBeenCalled());
  await expect(refused.mock.results[0]?.value).rejects.toThrow();
  await proxy.restore();
  await eventually(() => redis.ping());
  await eventually(async () => {
    await clock.advance(2_000);
    expect(heard.length).toBeGreaterThan(before);
  });
  await news.stop();
  redis.disconnect();
});
