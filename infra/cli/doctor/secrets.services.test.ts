import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeFolder, makeInstallation, soundEnv } from '../../launcher/testing/installed.ts';
import { secretsCheck } from './secrets.ts';

async function find(env: Record<string, string>, dotEnv: Record<string, string> = {}) {
  const installation = await makeInstallation({ ...soundEnv(), ...env }, dotEnv);
  const { findings } = await secretsCheck(installation).run(new AbortController().signal);
  return findings;
}
const codes = async (...call: Parameters<typeof find>) => (await find(...call)).map(({ code }) => code);

test('random secrets, each in one place, are no findings', async () => {
  expect(await find({})).toEqual([]);
});

test.each([
  ['secret-example', { ADMIN_PASSWORD: 'change-me-please' }],
  ['secret-example', { BACKUP_PASSPHRASE: 'my-secret-password' }],
  ['secret-weak', { FILE_SIGNING_KEY: '01'.repeat(20) }],
  ['secret-weak', { REDIS_URL: 'redis://:kurz@127.0.0.1:1/0' }],
])('%s is found in %o', async (code, env) => {
  const found = await find(env);
  expect(found.map((one) => one.code)).toEqual([code]);
  for (const value of Object.values(env)) expect(JSON.stringify(found)).not.toContain(value);
});

test('one secret for two purposes is found', async () => {
  const same = soundEnv().FILE_SIGNING_KEY ?? '';
  const [found] = await find({ FILE_SIGNING_KEY: same, METRICS_TOKEN: same });
  expect(found).toMatchObject({
    code: 'secret-shared',
    what: 'FILE_SIGNING_KEY and METRICS_TOKEN are the same secret.',
  });
});

test('a secret with two values in two places is found', async () => {
  const { FILE_SIGNING_KEY = '' } = soundEnv();
  expect(await codes({}, { FILE_SIGNING_KEY })).toEqual(['secret-twice']);
  expect(await codes({ FILE_SIGNING_KEY }, { FILE_SIGNING_KEY })).toEqual([]);
});

test('a secret in a file is one secret, and its file is looked at', async () => {
  const { FILE_SIGNING_KEY: _none, ...others } = soundEnv();
  const file = join(await makeFolder(), 'signing-key');
  await writeFile(file, 'a-random-one-8f3k2j9x7q4w1z6m5n0b', { mode: 0o600 });
  const look = async () => {
    const installation = await makeInstallation({ ...others, FILE_SIGNING_KEY_FILE: file });
    const { findings } = await secretsCheck(installation).run(new AbortController().signal);
    return findings.map(({ code }) => code);
  };
  expect(await look()).toEqual([]);
  await chmod(file, 0o644);
  expect(await look()).toEqual(['secret-readable']);
});

test('a secret that the launcher keeps with another value is found', async () => {
  const dataDir = await makeFolder();
  await writeFile(join(dataDir, 'secrets.json'), JSON.stringify({ dataKeys: 'b:x' }), { mode: 0o600 });
  expect(await codes({ DATA_DIR: dataDir })).toEqual(['secret-twice']);
});

test('a file with secrets that others may read is found', async () => {
  const env = soundEnv();
  const { FILE_SIGNING_KEY = '' } = env;
  const installation = await makeInstallation(env, { FILE_SIGNING_KEY });
  const check = secretsCheck(installation);
  const look = async () => (await check.run(new AbortController().signal)).findings.map(({ code }) => code);
  expect(await look()).toEqual([]);
  await chmod(join(installation.root, '.env'), 0o644);
  expect(await look()).toEqual(['secret-readable']);
});

test('settings and public keys in a file that others may read are no finding', async () => {
  const installation = await makeInstallation(soundEnv(), {
    LOG_LEVEL: 'info',
    COMFYUI_URLS: 'http://gpu1:8188,http://gpu2:8188',
    BACKUP_RECIPIENTS: 'age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq',
  });
  await chmod(join(installation.root, '.env'), 0o644);
  const { findings } = await secretsCheck(installation).run(new AbortController().signal);
  expect(findings.map(({ code }) => code)).toEqual([]);
});
