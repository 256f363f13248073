import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { adminPassword, startTestApi } from '@star-graph/api/testing/servers/apiServer';
import { apiFixture, platformFixture } from '@star-graph/api/testing/servers/fixtures';
import { eventually } from '@star-graph/core/testing/eventually';
import { expect, test } from 'vitest';
import { listDataKids } from '../launcher/dataDir/dataKeys.ts';
import { ensureSecrets } from '../launcher/dataDir/secrets.ts';
import { createTestDir } from '../launcher/testing/processes.ts';
import { findExample, runShell } from './examples.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

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

/** Runs the lines of a guide as an administrator whose keys the launcher keeps in `dataDir`. */
async function runLines(part: string, dataDir: string) {
  const text = await findExample('keys.md', 'sh', part);
  const command = text.replaceAll('npm run keys --', `"${process.execPath}" infra/cli/keys.ts`);
  const env = {
    STAR_GRAPH_API_URL: api.url,
    STAR_GRAPH_USERNAME: 'admin',
    STAR_GRAPH_PASSWORD: adminPassword,
    DATA_DIR: dataDir,
  };
  await using example = runShell(`set -e\n${command}`, env, root);
  return { code: await example.ended, text: example.text() };
}

test('the command line rotates, encrypts anew and lists', async () => {
  const done = await runLines('rotate jwt', createTestDir());
  expect(done).toMatchObject({ code: 0 });
  expect(done.text).toMatch(/jwt \w{12} signs from .*files \w{12} signs from .*data test encrypts/s);
  expect(done.text).not.toContain(platform.env.FILE_SIGNING_KEY);
});

test('data keys are rotated in the file, and pruned when nothing needs them', async () => {
  const dataDir = createTestDir();
  ensureSecrets(dataDir);
  const [old] = listDataKids(dataDir);
  expect(await runLines('rotate data', dataDir)).toMatchObject({ code: 0 });
  const [kid] = listDataKids(dataDir);
  expect(listDataKids(dataDir)).toEqual([kid, old]);
  // The platform runs on with other keys: nothing is forgotten before it was restarted.
  expect(await runLines('keys -- prune', dataDir)).toMatchObject({
    code: 1,
    text: expect.stringContaining('Restart'),
  });
  await using restarted = await startTestApi(platform, {
    DATA_KEYS: `${ensureSecrets(dataDir).dataKeys},${platform.env.DATA_KEYS}`,
  });
  const { url } = api;
  api.url = restarted.url;
  expect(await runLines('keys -- prune', dataDir)).toMatchObject({
    code: 0,
    text: expect.stringContaining(`data ${old} removed`),
  });
  api.url = url;
  expect(listDataKids(dataDir)).toEqual([kid]);
});

test('the call encrypts anew and names the keys that are needed', async () => {
  const TOKEN = await api.signInAsAdmin();
  const text = await readFile(new URL('keys.md', import.meta.url), 'utf8');
  const call = text.match(/^ {3}(curl .*reencrypt.*)$/m)?.[1] ?? '';
  await using example = runShell(call, { STAR_GRAPH_URL: api.url, TOKEN });
  expect(await example.ended).toBe(0);
  expect(JSON.parse(example.text())).toMatchObject({ first: 'test', isComplete: true });
});
