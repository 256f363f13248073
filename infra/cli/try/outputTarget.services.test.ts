import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createTestDir } from '../../launcher/testing/processes.ts';
import { checkOutput } from './outputTarget.ts';

test.each([
  { output: 'missing/out.png', words: 'There is no folder' },
  { output: 'file/out.png', words: 'There is no folder' },
  { output: 'folder', words: 'is a folder. Give -o the name of a file in it.' },
  { output: 'folder/', words: 'is a folder.' },
  { output: 'missing/', words: 'is a folder.' },
  { output: '/dev/null', words: 'is no file that could be replaced' },
])('refuses -o $output before anything is paid', ({ output, words }) => {
  const dir = createTestDir();
  mkdirSync(join(dir, 'folder'));
  writeFileSync(join(dir, 'file'), '');
  expect(() => checkOutput({ dir, output })).toThrow(words);
});

test('takes a new file, an existing one, stdout, and a default name', () => {
  const dir = createTestDir();
  mkdirSync(join(dir, 'folder'));
  writeFileSync(join(dir, 'old.png'), '');
  for (const output of ['new.png', 'folder/new.png', 'old.png', join(dir, 'old.png'), '-', undefined])
    expect(() => checkOutput({ dir, output })).not.toThrow();
});
