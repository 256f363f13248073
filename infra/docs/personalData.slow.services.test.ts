import { readdir, readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { createTestDir } from '../launcher/testing/processes.ts';
import { startWholePlatform } from '../launcher/testing/wholePlatform.ts';
import { findExample, runShell } from './examples.ts';

test('the guide’s loop takes every part of an export along', async () => {
  await using platform = await startWholePlatform();
  const { accessToken } = await platform.register();
  const example = await findExample('personal-data.md', 'sh', 'users/export');
  const dir = createTestDir();
  const env = { STAR_GRAPH_API_URL: platform.url, TOKEN: accessToken };
  await using run = runShell(example, env, dir);
  expect({ code: await run.ended, text: run.text() }).toEqual({ code: 0, text: '' });
  const parts = (await readdir(dir)).filter((name) => name.endsWith('.zip')).toSorted();
  expect(parts).toEqual(['export-1.zip', 'export-2.zip']);
  for (const part of parts) {
    const bytes = await readFile(`${dir}/${part}`);
    // The end of a ZIP file: its central directory was written.
    expect(bytes.subarray(-22, -18).toString('latin1')).toBe('PK\u0005\u0006');
  }
});
