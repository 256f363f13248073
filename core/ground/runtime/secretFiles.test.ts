import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { parseConfig, parseDispatcherConfig } from '../config/config.ts';

const directory = mkdtempSync(join(tmpdir(), 'star-graph-secrets-'));
afterAll(() => rmSync(directory, { recursive: true }));

function write(name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

const keys = `one:${Buffer.alloc(64, 1).toString('base64url')}`;
const good = {
  DATABASE_URL: 'mysql://me@db/pictures',
  REDIS_URL: 'redis://cache',
  JWT_KEYS: keys,
  FILE_SIGNING_KEY: 'f'.repeat(32),
};

test('a secret is read from its file, without the line break at its end', () => {
  const { JWT_KEYS: _, ...others } = good;
  const env = parseConfig({
    ...others,
    DATABASE_URL: '',
    DATABASE_URL_FILE: write('database', 'mysql://me:from-file@db/pictures\n'),
    JWT_KEYS_FILE: write('keys', `${keys}\r\n`),
    METRICS_TOKEN_FILE: '',
  });
  expect(env.DATABASE_URL).toBe('mysql://me:from-file@db/pictures');
  expect(env.JWT_KEYS.map(({ kid }) => kid)).toEqual(['one']);
  expect(env.METRICS_TOKEN).toBeUndefined();
});

test('a secret in two places is refused, and no value is told', () => {
  const env = { ...good, DATABASE_URL_FILE: write('second', 'mysql://me:from-file@db/pictures') };
  const parse = () => parseConfig(env);
  expect(parse).toThrow('DATABASE_URL: DATABASE_URL and DATABASE_URL_FILE are both set. Unset one.');
  expect(parse).not.toThrow(/from-file|me@db/);
});

test('missing and empty files are named with every other fault', () => {
  const env = {
    REDIS_URL: 'wrong',
    DATABASE_URL_FILE: join(directory, 'nowhere'),
    JWT_KEYS_FILE: write('empty', '\n'),
  };
  expect(() => parseConfig(env)).toThrow(
    /DATABASE_URL: the file .+nowhere, cannot be read.+\n {2}JWT_KEYS: the file .+empty, is empty\.\n {2}REDIS_URL: must be a URL/,
  );
});

test("the dispatcher does not read the files of others' secrets", () => {
  const { JWT_KEYS: _, ...others } = good;
  const env = parseDispatcherConfig({ ...others, JWT_KEYS_FILE: join(directory, 'nowhere') });
  expect(env).not.toHaveProperty('JWT_KEYS');
});
