import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createTestDir } from '../testing/processes.ts';
import { ensureSecrets, findSecrets, secretsFileOf } from './secrets.ts';

const modeOf = (file: string) => (statSync(file).mode & 0o777).toString(8);

test('makes secrets once, readable by the owner, and keeps them', () => {
  const dataDir = createTestDir();
  const first = ensureSecrets(dataDir);
  expect(modeOf(secretsFileOf(dataDir))).toBe('600');
  expect(ensureSecrets(dataDir)).toEqual(first);
  expect(ensureSecrets(createTestDir()).adminPassword).not.toBe(first.adminPassword);
});

test('restores the mode of a copied file', () => {
  const dataDir = createTestDir();
  ensureSecrets(dataDir);
  chmodSync(secretsFileOf(dataDir), 0o644);
  ensureSecrets(dataDir);
  expect(modeOf(secretsFileOf(dataDir))).toBe('600');
});

test('adds a new secret and changes no other', () => {
  const dataDir = createTestDir();
  const { redisPassword: _, ...older } = ensureSecrets(dataDir);
  writeFileSync(secretsFileOf(dataDir), JSON.stringify(older));
  const secrets = ensureSecrets(dataDir);
  expect(secrets).toMatchObject(older);
  expect(secrets.redisPassword).toMatch(/^[0-9a-f]{48}$/);
});

test("keeps the account's password when another is chosen later", () => {
  const dataDir = createTestDir();
  expect(ensureSecrets(dataDir, { adminPassword: 'the first choice' }).adminPassword).toBe(
    'the first choice',
  );
  expect(ensureSecrets(dataDir, { adminPassword: 'the second choice' }).adminPassword).toBe(
    'the first choice',
  );
});

test('signs with a key of the length the API requires', () => {
  const [kid, secret] = ensureSecrets(createTestDir()).jwtKeys.split(':');
  expect(kid).toMatch(/^[0-9a-f]{8}$/);
  expect(Buffer.from(secret ?? '', 'base64url')).toHaveLength(64);
});

test('encrypts with a key of the length that the platform requires', () => {
  const [kid, secret] = ensureSecrets(createTestDir()).dataKeys.split(':');
  expect(kid).toMatch(/^[0-9a-f]{8}$/);
  expect(Buffer.from(secret ?? '', 'base64url')).toHaveLength(32);
});

test('refuses a damaged file and leaves it as it is', () => {
  const dataDir = createTestDir();
  writeFileSync(secretsFileOf(dataDir), '{"jwtKeys": "abc');
  expect(() => ensureSecrets(dataDir)).toThrow('is damaged');
  expect(readFileSync(secretsFileOf(dataDir), 'utf8')).toBe('{"jwtKeys": "abc');
});

test('makes up no secrets beside data that was made with others', () => {
  const dataDir = createTestDir();
  ensureSecrets(dataDir);
  mkdirSync(join(dataDir, 'mariadb'));
  expect(ensureSecrets(dataDir).adminPassword).toBe(findSecrets(dataDir)?.adminPassword);
  rmSync(secretsFileOf(dataDir));
  expect(() => ensureSecrets(dataDir)).toThrow("echo '{}' >");
  expect(existsSync(secretsFileOf(dataDir))).toBe(false);
});

test('an empty object in place of lost secrets is filled', () => {
  const dataDir = createTestDir();
  mkdirSync(join(dataDir, 'mariadb'));
  writeFileSync(secretsFileOf(dataDir), '{}\n');
  expect(ensureSecrets(dataDir)).toEqual(findSecrets(dataDir));
});
