import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { confine } from './confine.ts';

const show = `const { readFileSync } = require('fs');
  const rows = readFileSync('/proc/self/limits', 'utf8').split('\\n').map((row) => row.split(/ {2,}/));
  console.log(JSON.stringify([rows.filter(([name]) => /core|data|cpu/.test(name)), Object.keys(process.env)]));`;

// Our images are without a shell.
test.skipIf(process.platform !== 'linux').each([
  ['with a shell', true],
  ['without a shell', false],
])('a decoder has its limits and an empty environment %s', async (_, hasShell) => {
  const limits = { dataBytes: 3_000_000_000 - (3_000_000_000 % 1_024), cpuSeconds: 77 };
  const { file, args, env } = confine(process.execPath, ['-e', show], limits, hasShell);
  const { stdout } = await promisify(execFile)(file, args, { env });
  const [rows, variables] = JSON.parse(stdout) as [string[][], string[]];
  expect(rows.map(([name, soft]) => [name, soft])).toEqual([
    ['Max cpu time', '77'],
    ['Max data size', String(limits.dataBytes)],
    ['Max core file size', '0'],
  ]);
  expect(
    variables.filter((name) => !['PATH', 'MALLOC_ARENA_MAX', 'PWD', 'OLDPWD', 'SHLVL', '_'].includes(name)),
  ).toEqual([]);
});
