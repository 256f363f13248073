import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv, promisify, stripVTControlCharacters } from 'node:util';
import { createTestDatabase } from '@star-graph/core/testing/db/testDatabase';
import { expect, onTestFinished, test } from 'vitest';
import { createCleanEnvironment } from '../launcher/testing/launcher.ts';
import { verbs } from './sg/verbs.ts';

const root = join(import.meta.dirname, '../..');

const sg = (args: readonly string[], given: Record<string, string> = {}) =>
  promisify(execFile)(process.execPath, [join(root, 'infra/cli/sg.ts'), ...args], {
    // Anywhere: the command goes into its checkout by itself.
    cwd: '/',
    env: createCleanEnvironment(given),
    timeout: 100_000,
  });

test('every verb is listed, and another one is refused with the list', async () => {
  const { stdout } = await sg([]);
  for (const verb of Object.keys(verbs)) expect(stdout).toMatch(new RegExp(`^ {2}${verb} `, 'm'));
  await expect(sg(['fly'])).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining('no "fly"') });
});

test('a verb is the program of its name, with its arguments and its exit code', async () => {
  await using db = await createTestDatabase();
  expect((await sg(['migrate'], { DATABASE_URL: db.url })).stdout).toBe('The database is up to date.\n');
  await expect(sg(['migrate'])).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('Set DATABASE_URL'),
  });
  expect((await sg(['backup', '--new-identity'])).stdout).toContain('AGE-SECRET-KEY-');
  await expect(sg(['second-factor', 'admin'])).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('Set DATABASE_URL and REDIS_URL'),
  });
});

test('a restore without its key or its file is refused before anything is started', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'star-graph-restore-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const refused = (given: Record<string, string>) =>
    sg(['restore', join(folder, 'gone.age')], { DATA_DIR: folder, ...given }).then(
      () => 'not refused',
      ({ stderr }: { stderr: string }) => stderr,
    );
  expect(await refused({})).toMatch(/--identity/);
  expect(await refused({ BACKUP_PASSPHRASE: 'sixteen letters or more' })).toContain('There is no backup');
  expect(readdirSync(folder)).toEqual([]);
});

test('a setup without a person takes flags and files, shows no secret, and closes .env to others', async () => {
  await using db = await createTestDatabase();
  const folder = mkdtempSync(join(tmpdir(), 'star-graph-setup-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, '.env');
  writeFileSync(join(folder, 'database'), `${db.url}\n`);
  const args = ['setup', '--yes', '--file', file, '--database-url-file', join(folder, 'database')];
  const { stdout, stderr } = await sg([...args, '--public-url', 'https://pictures.example']);
  const written = parseEnv(readFileSync(file, 'utf8'));
  expect(written).toMatchObject({ DATABASE_URL: db.url, PUBLIC_URL: 'https://pictures.example' });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  for (const secret of [
    db.url,
    ...['JWT_KEYS', 'DATA_KEYS', 'FILE_SIGNING_KEY'].map((name) => written[name] ?? ''),
  ])
    expect([secret.length > 20, (stdout + stderr).includes(secret)]).toEqual([true, false]);
  const again = await sg([...args, '--language', 'zh-CN']);
  expect(again.stdout).toMatch(/还没有名为 pictures\.example 的机器.*\n没有任何改动。\n$/s);
  await expect(sg(args.filter((arg) => arg !== '--yes'))).rejects.toMatchObject({
    stderr: expect.stringContaining('Give --'),
  });
});

test('a secret that is typed in a terminal is in .env and never on the screen', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'star-graph-setup-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, '.env');
  const command = [process.execPath, join(root, 'infra/cli/sg.ts'), 'setup', '--file', file];
  const spawnInTerminal = 'import pty, sys; sys.exit(pty.spawn(sys.argv[1:]) >> 8)';
  // Nobody answers there, so the token is kept untried.
  writeFileSync(file, 'DISCORD_API_URL=http://127.0.0.1:9/api\n');
  const child = spawn('python3', ['-c', spawnInTerminal, ...command], {
    env: createCleanEnvironment({ TERM: 'xterm' }),
  });
  const answers: Record<string, string> = {
    'The address that people open': 'http://127.0.0.1:8080',
    'connects from': '',
    'Token of a Discord bot': 'typed-by-hand-word',
  };
  onTestFinished(() => void child.kill('SIGKILL'));
  let screen = '';
  let answered = 0;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    screen = stripVTControlCharacters(`${screen}${text}`);
    const asked = screen.slice(answered);
    if (!asked.endsWith(': ')) return;
    answered = screen.length;
    const [, answer = ''] = Object.entries(answers).find(([words]) => asked.includes(words)) ?? [];
    child.stdin.write(`${answer}\r`);
  });
  const [code] = await once(child, 'exit');
  expect([code, screen]).toEqual([0, expect.stringContaining('Written to')]);
  expect(screen).toContain('http://127.0.0.1:8080');
  expect(screen).not.toContain('typed-by-hand-word');
  expect(parseEnv(readFileSync(file, 'utf8'))).toMatchObject({ DISCORD_TOKEN: 'typed-by-hand-word' });
});
