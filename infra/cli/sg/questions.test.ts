import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { changeEnvFile } from './changeEnvFile.ts';
import { askAll, flagOf, type Question, questions } from './questions.ts';

/** Answers in turn what a person types to each question; to the others Enter. */
function createDeps(typed: Readonly<Record<string, string[]>>) {
  const root = mkdtempSync(join(tmpdir(), 'star-graph-setup-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const asked: string[] = [];
  const said: string[] = [];
  const left = structuredClone(typed) as Record<string, string[]>;
  const deps = {
    root,
    async ask({ name }: Question, now: string | undefined) {
      asked.push(name);
      if (typed[name] && left[name]?.length === 0) throw new Error(`${name} was asked too often`);
      return left[name]?.shift() ?? (now === undefined ? undefined : '');
    },
    say: (sentence: string) => said.push(sentence),
  };
  return { deps, asked, said };
}

test('who presses Enter at every question has an installation without a setting', async () => {
  const { deps, asked } = createDeps({});
  expect(await askAll(deps, {}, {})).toEqual({});
  // What belongs to an answer is asked after it alone.
  expect(asked).toEqual([
    'PUBLIC_URL',
    'DATABASE_URL',
    'REDIS_URL',
    'S3_ENDPOINT',
    'COMFYUI_URLS',
    'DISCORD_TOKEN',
    'SMTP_URL',
    'BACKUP_RECIPIENTS',
  ]);
});

test('a wrong answer is told at once and asked again', async () => {
  const { deps, asked, said } = createDeps({
    COMFYUI_URLS: ['ftp://gpu1', 'http://127.0.0.1:9'],
    DATABASE_URL: ['mysql://star:hidden-word@127.0.0.1:9/star', ''],
  });
  expect(await askAll(deps, {}, {})).toEqual({ COMFYUI_URLS: 'http://127.0.0.1:9' });
  expect(asked.filter((name) => name === 'COMFYUI_URLS')).toHaveLength(2);
  expect(said).toEqual([
    'DATABASE_URL: nothing listens at 127.0.0.1:9. Start the database server there, or correct the address.',
    expect.stringContaining('COMFYUI_URLS'),
    expect.stringContaining('Tasks for it wait until it can be used.'),
  ]);
  expect(said.join()).not.toContain('hidden-word');
});

test('an answer that was given beforehand and is wrong ends the setup', async () => {
  const { deps, asked } = createDeps({});
  const given = { PUBLIC_URL: 'pictures.example' };
  await expect(askAll(deps, {}, given)).rejects.toThrow('PUBLIC_URL');
  expect(asked).toEqual([]);
});

test('a second setup keeps what it is not told to change', async () => {
  const { deps } = createDeps({ BACKUP_EVERY_HOURS: ['24'] });
  const before = { PUBLIC_URL: 'https://pictures.example', BACKUP_RECIPIENTS: `age1${'q'.repeat(58)}` };
  expect(await askAll(deps, before, {})).toEqual({ BACKUP_EVERY_HOURS: '24' });
});

test('secrets are given as files, and nothing else is', () => {
  expect(questions.map(flagOf).filter((flag) => flag.endsWith('-file'))).toEqual([
    'database-url-file',
    'redis-url-file',
    's3-access-key-file',
    's3-secret-key-file',
    'discord-token-file',
    'smtp-url-file',
  ]);
});

test('settings are written into .env without touching other lines, and are read as they were given', () => {
  const text = '# Mine.\nAPI_PORT=9000\nPUBLIC_URL=http://old\n\nexport REDIS_URL=redis://old\n';
  const changes = {
    PUBLIC_URL: 'https://pictures.example',
    REDIS_URL: "redis://:a#b'c@h:1/0",
    NEW: 'with spaces "x"',
  };
  const changed = changeEnvFile(text, changes);
  expect(changed.startsWith('# Mine.\nAPI_PORT=9000\n')).toBe(true);
  expect(parseEnv(changed)).toEqual({ API_PORT: '9000', ...changes });
  expect(() => changeEnvFile('', { BAD: `'"\`` })).toThrow('BAD');
});

test('a Discord token is shown to Discord at once, and one that is refused is asked again', async () => {
  const discord = createServer(({ headers, url }, answer) => {
    const isGood = url === '/api/v10/users/@me' && headers.authorization === 'Bot good-word';
    answer.writeHead(isGood ? 200 : 401, { 'content-type': 'application/json' });
    answer.end(JSON.stringify(isGood ? { username: 'painter' } : { message: '401: Unauthorized' }));
  });
  await once(discord.listen(0, '127.0.0.1'), 'listening');
  const api = `http://127.0.0.1:${(discord.address() as AddressInfo).port}/api`;
  const { deps, said } = createDeps({ DISCORD_TOKEN: ['wrong-word', 'good-word'] });
  expect(await askAll(deps, { DISCORD_API_URL: api }, {})).toEqual({ DISCORD_TOKEN: 'good-word' });
  expect(said).toEqual([
    expect.stringContaining('Discord does not know this token'),
    'Discord knows the bot as painter.',
  ]);
  await new Promise((done) => discord.close(done));
  // Away is not wrong: the answer is kept, and said to be untried.
  const away = createDeps({ DISCORD_TOKEN: ['some-word'] });
  expect(await askAll(away.deps, { DISCORD_API_URL: api }, {})).toEqual({ DISCORD_TOKEN: 'some-word' });
  expect(away.said.join()).toContain('could not be asked');
  expect([...said, ...away.said].join()).not.toMatch(/(wrong|good|some)-word/);
});

test('a mail server is signed in to at once, and its password is not repeated', async () => {
  const { deps, asked, said } = createDeps({ SMTP_URL: ['mail.example', 'smtp://me:mail-word@127.0.0.1:9'] });
  await expect(askAll(deps, {}, {})).rejects.toThrow('was asked too often');
  expect(asked.filter((name) => name === 'SMTP_URL')).toHaveLength(3);
  expect(said).toEqual([
    expect.stringMatching(/^SMTP_URL must be/),
    expect.stringMatching(/^SMTP_URL: at 127\.0\.0\.1:9 .* Correct address/),
  ]);
  expect(said.join()).not.toContain('mail-word');
});
