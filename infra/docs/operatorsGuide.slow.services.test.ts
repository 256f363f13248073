import { adminPassword } from '@star-graph/api/testing/servers/apiServer';
import { apiFixture, platformFixture } from '@star-graph/api/testing/servers/fixtures';
import { startPreviewBackend } from '@star-graph/core/testing/comfy/startPreviewBackend';
import { expect, test } from 'vitest';
import { findExample, runShell } from './examples.ts';

const platform = platformFixture();
const api = apiFixture(platform, { PAY_OUTSIDE_TEXT: 'By bank transfer to DE00 0000.' });

/** Runs a command of the guide. @returns what it printed. */
async function run(part: string, env: Record<string, string> = {}): Promise<string> {
  const command = await findExample('operators-guide.md', 'sh', part);
  await using example = runShell(`set -e\n${command}`, { STAR_GRAPH_URL: api.url, ...env });
  expect(await example.ended, example.text()).toBe(0);
  return example.text();
}

test('the guide leads from the first sign-in to a checked audit', async () => {
  const ADMIN_TOKEN = (await run('auth/login', { ADMIN_PASSWORD: adminPassword })).trim();
  const admin = { ADMIN_TOKEN };

  await using gpu = await startPreviewBackend({ flags: ['--instant'] });
  expect(JSON.parse(await run('"name\\": \\"gpu1', { ...admin, GPU_URL: gpu.url }))).toMatchObject({
    name: 'gpu1',
  });
  const listed = (await run('residency', admin)).split(/(?<=^\})\n/m).filter((text) => text !== '');
  const shown = listed.map((text): Record<string, unknown> => JSON.parse(text));
  expect(shown).toContainEqual({ name: 'gpu1', state: expect.any(String), residency: expect.anything() });
  const workflows = shown.filter(({ name }) => name !== 'gpu1');
  // Each says whether it can be run, and where it cannot, what is wanting.
  for (const { name, available, reason } of workflows)
    expect({ name, available, reason }).toEqual({
      name,
      available: expect.any(Boolean),
      reason: available === true ? null : expect.any(String),
    });
  expect(workflows.map(({ name }) => name)).toContain('text2img');

  const { accessToken: token, user } = await api.signUp();
  expect(JSON.parse(await run('500 credits', admin))).toMatchObject({ credits: 500, version: 1 });
  const order = {
    packageId: '01900000-0000-7000-8000-000000000002',
    packageVersion: 1,
    provider: 'outside',
    key: 'one',
  };
  const balance = async () => (await api.call('/api/v1/users/balance', { token })).body.available as number;
  const before = await balance();
  const made = await api.call('/api/v1/orders', { token, body: order });
  const confirmed = await run('bank transfer of', { ...admin, ORDER: made.body.id });
  expect(confirmed).toContain('"state": "paid"');
  expect(confirmed.trim().endsWith('true')).toBe(true);
  expect(await balance()).toBe(before + 500);

  const blocked = await run('"disabled": true', { ...admin, NAME: user.username ?? '' });
  expect(blocked).toContain('Floods the queue');
  expect(blocked).toContain(`"id": "${user.id}"`);
  expect((await api.call('/api/v1/users/profile', { token })).status).toBe(401);

  expect(await run('for purpose in', admin)).toBe('"jwt"\n"files"\n');
  const audited = await run('audit/check', admin);
  expect(audited).toContain('user.change');
  expect(audited).toContain('[]');
});
