import { expect, test } from 'vitest';
import { eventually } from '../../testing/eventually.ts';
import { fixture } from '../../testing/fixture.ts';
import { createTestRedis } from '../../testing/services/testRedis.ts';
import { wakeChannel } from './redisKeys.ts';
import { createSubscriber } from './subscriber.ts';
import { createWakeSignals, listenToWakeSignals } from './wakeSignals.ts';

const own = fixture(createTestRedis);

test('wake-ups arrive with their news; what cannot be read arrives without', async () => {
  const { redis, prefix, url } = own;
  const subscriber = createSubscriber({ url });
  const heard: unknown[] = [];
  const stop = await listenToWakeSignals(
    { subscriber, prefix },
    {
      tasks: (news) => heard.push(['tasks', news]),
      slots: (news) => heard.push(['slots', news]),
      backends: () => heard.push(['backends']),
      cancel: (...what) => heard.push(['cancel', ...what]),
    },
  );
  const signals = createWakeSignals({ redis, prefix });
  signals.send('tasks', { prompt: 'a: b' });
  signals.send('tasks');
  signals.send('slots', { taskId: 'a', attempt: 1 });
  await redis.publish(wakeChannel(prefix), 'slots:{');
  signals.send('backends');
  signals.sendCancel('backend', 'task');
  await eventually(() => expect(heard).toHaveLength(6));
  expect(heard).toEqual([
    ['tasks', { prompt: 'a: b' }],
    ['tasks', undefined],
    ['slots', { taskId: 'a', attempt: 1 }],
    ['slots', undefined],
    ['backends'],
    ['cancel', 'backend', 'task'],
  ]);
  stop();
  subscriber.close();
});
