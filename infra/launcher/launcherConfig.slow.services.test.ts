import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { ensureSecrets } from './dataDir/secrets.ts';
import { parseLauncherConfig, readEnvironment } from './launcherConfig.ts';
import { createTestDir } from './testing/processes.ts';

test('every wrong variable is named at once, without its value', () => {
  const env = {
    ADMIN_PASSWORD: 'a secret',
    API_HOST: '127.0.0.1',
    API_PORT: '0',
    COMFYUI_URLS: 'http://gpu0:8188,gpu1:8188',
    CORS_ORIGINS: 'https://ok.example,https://ok.example/secret',
    DATABASE_URL: 'mysql://secret@host:3306',
    DISCORD_API_URL: 'secret',
    DISCORD_SHARDS: '0,1',
    LOG_LEVEL: 'secret',
    STAR_GRAPH_API_URL: 'secret',
    STAR_GRAPH_SERVICE_KEY: 'secret',
    TRUSTED_PROXIES: '10.0.0.0/33',
    WORKFLOWS_DIR: 'secret',
    MODELS_DIR: 'secret',
  };
  let message = '';
  try {
    parseLauncherConfig(createTestDir(), env);
  } catch (error) {
    message = String(error);
  }
  const named = [...message.matchAll(/^ {2}([A-Z_]+): /gm)].map(([, name]) => name);
  const wrong = Object.keys(env).filter((name) => name !== 'API_HOST');
  expect(named).toEqual([...wrong, 'DISCORD_SHARD_COUNT'].toSorted());
  expect(message).not.toContain('secret');
});

test.each([
  ['core/work/dispatch/main.ts', ['FILE_SIGNING_KEY', 'DATABASE_URL', 'REDIS_URL']],
  ['api/drain/main.ts', ['STAR_GRAPH_API_URL', 'DRAIN_BACKEND_URL', 'DRAIN_KEY_FILE']],
])('%s ends without its settings by naming them, without a stack', (main, names) => {
  const path = fileURLToPath(new URL(`../../${main}`, import.meta.url));
  const { status, stderr } = spawnSync(process.execPath, [path], { env: {}, encoding: 'utf8' });
  const [title, ...lines] = stderr.trimEnd().split('\n');
  expect({ status, title }).toEqual({ status: 1, title: expect.stringContaining('configuration is wrong:') });
  expect(lines).toEqual(names.map((name) => expect.stringMatching(`^  ${name}: is not set`)));
});

test.each(['Administrator', '1234admin1234', 'manchester2026!'])(
  'the password %s is refused before an administrator could get it',
  (ADMIN_PASSWORD) => {
    const parse = (password: string) =>
      parseLauncherConfig(createTestDir(), { ADMIN_PASSWORD: password, ADMIN_USERNAME: 'administrator' });
    expect(() => parse(ADMIN_PASSWORD)).toThrow(
      'ADMIN_PASSWORD: is one of the passwords that are guessed first',
    );
    const { adminPassword } = ensureSecrets(createTestDir());
    expect(parse(adminPassword).adminPassword).toBe(adminPassword);
  },
);

test('takes lists whose every item is good', () => {
  const env = {
    COMFYUI_URLS: 'http://me:word@gpu1:8188, https://gpu2.example/comfy',
    CORS_ORIGINS: 'https://pictures.example,http://localhost:3000',
    TRUSTED_PROXIES: '10.0.0.0/8,127.0.0.1,fd00::/8,::1',
    WORKFLOWS_DIR: '.',
    MODELS_DIR: '.',
  };
  const { backends } = parseLauncherConfig(createTestDir(), env);
  expect(backends).toEqual([
    { url: 'http://gpu1:8188', credentials: { kind: 'basic', username: 'me', password: 'word' } },
    { url: 'https://gpu2.example/comfy' },
  ]);
});

test('credentials for an unknown server give a sentence without them', () => {
  const env = {
    COMFYUI_URLS: 'http://gpu1:8188',
    COMFYUI_CREDENTIALS: '{"http://gpu2:8188":{"kind":"bearer","token":"secret"}}',
  };
  const parse = () => parseLauncherConfig(createTestDir(), env);
  expect(parse).toThrow(/^COMFYUI_CREDENTIALS: COMFYUI_URLS does not name http:\/\/gpu2:8188\./);
  expect(parse).not.toThrow('secret');
});

test.each(['banana', '10.0.0.0/8/8', '::1/129', '10.0.0.1/', '10.0.0.1:8080', '1.2.3.4/x'])(
  '%s is no proxy to trust',
  (item) => {
    expect(() => parseLauncherConfig(createTestDir(), { TRUSTED_PROXIES: item })).toThrow('TRUSTED_PROXIES');
  },
);

test('secrets of .env may stand in files, and none in two places', () => {
  const root = createTestDir();
  writeFileSync(join(root, 'token'), 'discord-token\n');
  writeFileSync(join(root, '.env'), `DISCORD_TOKEN_FILE=${join(root, 'token')}\n`);
  expect(readEnvironment(root, {}).DISCORD_TOKEN).toBe('discord-token');
  expect(() => readEnvironment(root, { DISCORD_TOKEN: 'other' })).toThrow('are both set. Unset one.');
});
