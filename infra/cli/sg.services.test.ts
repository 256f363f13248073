import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createTestDatabase } from '@star-graph/core/testing/db/testDatabase';
import { expect, test } from 'vitest';
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
  const { stderr } = await sg([]);
  for (const verb of Object.keys(verbs)) expect(stderr).toMatch(new RegExp(`^ {2}${verb} `, 'm'));
  await expect(sg(['fly'])).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('no "fly"') });
});

test('a verb is the program of its name, with its arguments and its exit code', async () => {
  await using db = await createTestDatabase();
  expect((await sg(['migrate'], { DATABASE_URL: db.url })).stdout).toBe('The database is up to date.\n');
  await expect(sg(['migrate'])).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('Set DATABASE_URL'),
  });
  expect((await sg(['backup', '--new-identity'])).stdout).toContain('AGE-SECRET-KEY-');
});

test('an upgrade of a platform that npm start runs says what does it', async () => {
  await expect(sg(['upgrade'])).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('run by npm start'),
  });
});
