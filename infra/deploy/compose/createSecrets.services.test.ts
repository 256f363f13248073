import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseConfig } from '@star-graph/core/ground/config/config';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { composeFolder, readCompose } from './readCompose.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'star-graph-compose-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const create = () =>
  execFileSync(process.execPath, [join(composeFolder, 'createSecrets.mjs'), '--folder', folder], {
    encoding: 'utf8',
  });
const readAll = () =>
  Object.fromEntries(
    readdirSync(join(folder, 'secrets'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name, parentPath }) => [name, readFileSync(join(parentPath, name), 'utf8')]),
  );

/** What only the operator has; `certificates` are of the build. */
const given = ['certificates', 'discord_token', 'service_key'];

test('every secret of compose is made, and the processes take them', () => {
  create();
  const made = readAll();
  const wanted = Object.keys(readCompose('compose.yml').secrets ?? {}).filter(
    (name) => !given.includes(name),
  );
  expect(Object.keys(made)).toEqual(expect.arrayContaining(wanted));
  const { environment = {} } = readCompose('compose.yml').services.api ?? {};
  const files = Object.entries(environment).map(([name, value]) => [
    name,
    value.replace(/^\/run\//, `${folder}/`),
  ]);
  const env = parseConfig({
    ...Object.fromEntries(files),
    ALLOWED_HOSTS: 'api',
    S3_ENDPOINT: 'http://store:9000',
  });
  expect(env.DATABASE_URL).toContain(`:${made.mariadb_password}@mariadb:3306/`);
  expect(env.REDIS_URL).toContain(`:${made.redis_password}@redis:6379/`);
  expect(made['store.env']).toContain(`ROOT_SECRET_KEY=${env.S3_SECRET_KEY}\n`);
});

test('no secret is ever written again', () => {
  create();
  const [before, settings] = [readAll(), readFileSync(join(folder, '.env'), 'utf8')];
  expect(create()).toContain('Everything was there.');
  expect(readAll()).toEqual(before);
  expect(readFileSync(join(folder, '.env'), 'utf8')).toBe(settings);
});

test('a secret that was lost is made anew from those that are left', () => {
  create();
  const before = readAll();
  rmSync(join(folder, 'secrets', 'database_url'));
  create();
  expect(readAll()).toEqual(before);
});

test('a certificate among the secrets of an earlier release is taken over', () => {
  mkdirSync(join(folder, 'secrets'));
  for (const name of ['tls_certificate', 'tls_key'])
    writeFileSync(join(folder, 'secrets', name), `its ${name}`);
  create();
  expect(readFileSync(join(folder, 'secrets/certificates/tls_certificate'), 'utf8')).toBe(
    'its tls_certificate',
  );
  expect(readFileSync(join(folder, 'secrets/certificates/tls_key'), 'utf8')).toBe('its tls_key');
});

test('nobody else on the machine passes the folder of secrets', () => {
  create();
  expect(statSync(join(folder, 'secrets')).mode & 0o777).toBe(0o700);
});
