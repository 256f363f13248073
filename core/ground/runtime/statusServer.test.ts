import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { createManualClock } from '../../testing/manualClock.ts';
import { createHealth } from './health/health.ts';
import { startStatusServer } from './statusServer.ts';

test('a stop of the status server waits for no silent connection', async () => {
  const server = await startStatusServer({
    port: 0,
    host: '127.0.0.1',
    token: undefined,
    health: createHealth({ clock: createManualClock() }, []),
  });
  const silent = connect(Number(new URL(server.url).port), '127.0.0.1').on('error', () => undefined);
  await once(silent, 'connect');
  // Accepted after the silent one.
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  const closed = once(silent, 'close');
  await server.close();
  await closed;
});

test('the status server shows metrics only with the token, health to everybody', async () => {
  let isReady = false;
  const clock = createManualClock();
  const work = {
    name: 'work',
    limitMs: 1_000,
    fault: 'It rests.',
    needed: 'always' as const,
    ask() {
      if (!isReady) throw new Error('it rests');
    },
  };
  const health = createHealth({ clock }, [work]);
  const token = 'a secret of some length';
  const server = await startStatusServer({ port: 0, host: '127.0.0.1', token, health });
  const read = async (path: string, authorization = '') =>
    (await fetch(`${server.url}${path}`, { headers: { authorization } })).status;
  expect(await read('/metrics')).toBe(401);
  expect(await read('/metrics', 'Bearer another')).toBe(401);
  expect(await read('/metrics', `Bearer ${token}`)).toBe(200);
  expect(await read('/healthz')).toBe(200);
  expect(await read('/startupz')).toBe(200);
  const refused = await fetch(`${server.url}/readyz`);
  expect([refused.status, await refused.json()]).toEqual([
    503,
    { ready: false, dependencies: [{ name: 'work', ok: false, needed: true, reason: 'It rests.' }] },
  ]);
  isReady = true;
  await clock.advance(1_000);
  expect(await read('/readyz')).toBe(200);
  await server.close();
});

test('a page of a name that was made to lead to this machine reads no metrics', async () => {
  const health = createHealth({ clock: createManualClock() }, []);
  const server = await startStatusServer({ port: 0, host: '127.0.0.1', token: undefined, health });
  const read = async (host: string): Promise<number | undefined> => {
    const asked = request(`${server.url}/metrics`, { headers: { host } }).end();
    const [answer] = await once(asked, 'response');
    answer.resume();
    return answer.statusCode;
  };
  expect(await read('rebound.example:9464')).toBe(421);
  expect(await read('127.0.0.1:9464')).toBe(200);
  expect(await read('localhost')).toBe(200);
  await server.close();
});
