import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inTemporaryFolder } from './temporaryFolder.ts';

test('what tests leave in the temporary folder of their run is named, and goes', async () => {
  let given = '';
  const { result, left } = await inTemporaryFolder(async (folder) => {
    given = folder;
    const [leftBehind, putAway] = await Promise.all(
      ['reap-', 'drain-'].map((name) => mkdtemp(join(folder, name))),
    );
    if (putAway !== undefined) await rm(putAway, { recursive: true });
    return leftBehind;
  });
  expect(left.map((name) => join(given, name))).toEqual([result]);
  expect(existsSync(given)).toBe(false);
});

test('a run that fails leaves no folder either', async () => {
  let given = '';
  const failing = inTemporaryFolder(async (folder) => {
    given = folder;
    throw new Error('the runner could not start');
  });
  await expect(failing).rejects.toThrow('could not start');
  expect(existsSync(given)).toBe(false);
});
