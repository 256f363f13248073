import { findFreePort } from '@star-graph/core/ground/runtime/freePort';
import { expect, test } from 'vitest';
import { codeOf, startTestApi } from '../../testing/servers/apiServer.ts';
import { platformFixture } from '../../testing/servers/fixtures.ts';

const platform = platformFixture();

const token = 'a-metrics-token-of-some-length';

test('metrics need the token, and wrong ones count against their address', async () => {
  await using api = await startTestApi(platform, {
    METRICS_TOKEN: token,
    REQUESTS_PER_MINUTE: '6',
    REDIS_PREFIX: `${platform.redis.prefix}metrics:`,
  });
  expect((await api.call('/metrics', { token })).body).toContain('star_graph_http_request_duration_seconds');
  for (const wrong of ['Basic x', `Bearer ${token}x`]) {
    const refused = await api.call('/metrics', { headers: { authorization: wrong } });
    expect([refused.status, codeOf(refused)]).toEqual([401, 'unauthenticated']);
  }
  // They count both as requests and as refusals, besides the one that was answered.
  await api.call('/metrics');
  expect((await api.call('/metrics', { token })).status).toBe(429);
});

test('without a token, only local programs read metrics, never through a proxy', async () => {
  await using api = await startTestApi(platform);
  expect((await api.call('/metrics')).status).toBe(200);
  for (const name of ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via']) {
    const refused = await api.call('/metrics', { headers: { [name]: '192.0.2.1' } });
    expect([refused.status, codeOf(refused)]).toEqual([403, 'forbidden']);
  }
});

test.each([
  ['API_HOST', '0.0.0.0'],
  ['PUBLIC_URL', 'https://pictures.example'],
])('a public API without a token (%s) keeps its metrics to itself', async (name, value) => {
  const port = await findFreePort();
  await using api = await startTestApi(platform, { [name]: value, METRICS_PORT: String(port) });
  const refused = await api.call('/metrics');
  expect([refused.status, codeOf(refused)]).toEqual([403, 'forbidden']);
  const own = await fetch(`http://127.0.0.1:${port}/metrics`);
  expect(await own.text()).toContain('star_graph_http_request_duration_seconds');
});
