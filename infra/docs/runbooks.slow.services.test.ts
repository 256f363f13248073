import { readdirSync, readFileSync } from 'node:fs';
import { adminPassword } from '@star-graph/api/testing/servers/apiServer';
import { apiFixture, platformFixture } from '@star-graph/api/testing/servers/fixtures';
import { expect, test } from 'vitest';
import { runShell } from './examples.ts';

const platform = platformFixture();
const api = apiFixture(platform);

const folder = new URL('./runbooks/', import.meta.url);
const examplesIn = (language: string) =>
  readdirSync(folder).flatMap((file) =>
    [
      ...readFileSync(new URL(file, folder), 'utf8').matchAll(
        new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'),
      ),
    ].map(([, command = '']) => ({ file, command })),
  );
/** The calls of the pages; what else they run is of the operator's machines. */
const calls = examplesIn('sh').filter(({ command }) => /^curl .*\$STAR_GRAPH_URL\//s.test(command));

test('every call of a runbook works as it stands', async () => {
  const signedIn = await api.call('/api/v1/auth/login', {
    body: { username: 'admin', password: adminPassword },
  });
  const env = { STAR_GRAPH_URL: api.url, ADMIN_TOKEN: signedIn.body.accessToken as string };
  expect(calls.length).toBeGreaterThan(10);
  const faults: string[] = [];
  for (const { file, command } of calls) {
    await using run = runShell(`set -e -o pipefail 2>/dev/null\n${command}`, env);
    const code = await run.ended;
    if (code !== 0) faults.push(`${file}: ${command}${run.text()}`);
  }
  expect(faults).toEqual([]);
});

test('every query of a runbook is one that the database answers', async () => {
  const queries = examplesIn('sql');
  expect(queries.map(({ file }) => file)).toContain('MysqlConnectionsNearlyUsedUp.md');
  for (const { command } of queries)
    expect((await platform.db.database.raw(command.trim().replace(/;$/, '')))[0]).not.toEqual([]);
});
