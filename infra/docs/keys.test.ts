import { apiFixture, platformFixture } from '@star-graph/api/testing/fixtures';
import { eventually } from '@star-graph/core/testing/eventually';
import { expect, test } from 'vitest';
import { findExample, runShell } from './testing/examples.ts';

const platform = platformFixture();
const api = apiFixture(platform);

/** Runs a command of the guide to its end. @returns the answer that it printed. */
async function run(part: string, env: Record<string, string>) {
  await using example = runShell(await findExample('keys.md', 'sh', part), {
    STAR_GRAPH_URL: api.url,
    ...env,
  });
  expect([await example.ended, example.text()]).toEqual([0, expect.any(String)]);
  return JSON.parse(example.text());
}

test('the commands rotate each signing key, and end the old one', async () => {
  const TOKEN = await api.signInAsAdmin();
  for (const PURPOSE of ['files', 'jwt']) {
    const rotated = await run('/rotate', { TOKEN, PURPOSE });
    expect(rotated).toMatchObject({ purpose: PURPOSE, version: 1 });
    const { database } = platform.db;
    await database('signing_keys').update({ signsFrom: database.raw('created_at') });
    const KID = rotated.keys.at(-1).kid;
    const ended = await eventually(() => run('-X DELETE', { TOKEN, PURPOSE, KID }));
    expect(ended.keys.at(-1)).toMatchObject({ kid: 'environment', state: 'ended' });
  }
});
