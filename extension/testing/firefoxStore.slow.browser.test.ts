import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { copyExtension } from './browsers/extensionFolder.ts';

test('passes the checks of the Firefox store', async () => {
  await using built = await copyExtension('firefox');
  const webExt = join(import.meta.dirname, '..', 'node_modules', '.bin', 'web-ext');
  const args = ['lint', '--source-dir', built.directory, '--self-hosted', '--output', 'json'];
  const { stdout } = await promisify(execFile)(webExt, args, {
    timeout: 200_000,
    env: { ...process.env, NO_UPDATE_NOTIFIER: '1' },
  }).catch((error: { stdout?: string }) => ({ stdout: error.stdout ?? '' }));
  const report = JSON.parse(stdout.slice(stdout.indexOf('{')));
  expect(report.errors).toEqual([]);
});
