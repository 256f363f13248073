import { codeOf } from '@star-graph/api/testing/servers/apiServer';
import { apiFixture, platformFixture } from '@star-graph/api/testing/servers/fixtures';
import { expect, test } from 'vitest';
import { findExample, runShell } from './examples.ts';

const platform = platformFixture({ hasBackend: true });
const api = apiFixture(platform);

test('the calls of the guide do what it says', async () => {
  const TOKEN = await api.signInAsAdmin();
  const run = async (part: string, env: Record<string, string> = {}) => {
    await using command = runShell(await findExample('settings.md', 'sh', part), {
      STAR_GRAPH_URL: api.url,
      TOKEN,
      ...env,
    });
    expect(await command.ended, command.text()).toBe(0);
    return JSON.parse(command.text());
  };
  expect((await run('/settings"\n')).version).toBe(0);
  const changed = await run('PRICE_PERCENT');
  expect(changed.settings.OPEN_TASKS_PER_USER).toEqual({ value: 20, default: 100, source: 'changed' });
  expect((await run('/history')).items).toHaveLength(1);
  expect((await run('/revert')).settings.PRICE_PERCENT).toMatchObject({ value: 100, source: 'environment' });
  expect((await run('"invited"')).version).toBe(3);
  const { code: CODE } = await run('/api/admin/invites');
  expect((await run('/auth/register', { CODE })).user.username).toBe('ada');
  expect((await run('MAINTENANCE')).version).toBe(4);
  const body = { username: 'somebody', password: 'long enough for all' };
  const refused = await api.call('/api/v1/auth/register', { body });
  expect([codeOf(refused), refused.body.detail]).toEqual(['unavailable', 'New disks until noon.']);
});
