import { apiFixture, platformFixture } from '@star-graph/api/testing/servers/fixtures';
import { expect, test } from 'vitest';
import { findExample, runShell } from './examples.ts';

const platform = platformFixture();
const api = apiFixture(platform);

test('the example signs a request that the platform accepts', async () => {
  const token = await api.signInAsAdmin();
  const made = await api.call('/api/admin/service-keys', { token, body: { name: 'guide', signed: true } });
  await using example = runShell(await findExample('service-keys.md', 'sh', 'Star-Graph-HMAC'), {
    STAR_GRAPH_URL: api.url,
    SERVICE_KEY: made.body.key,
    DISCORD_USER: '300000000000000001',
  });
  expect([await example.ended, example.text()]).toEqual([0, expect.any(String)]);
  expect(JSON.parse(example.text())).toEqual({ negativePrompt: 'rain' });
});
