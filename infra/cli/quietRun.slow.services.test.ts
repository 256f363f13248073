import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createTestDir } from '../launcher/testing/processes.ts';
import { openLog, runQuietly, showPath } from './quietRun.mjs';

/** A program that says much, behind one line. */
async function run(code: string, isTerminal = false) {
  const dir = createTestDir();
  const logFile = openLog(dir, {});
  let shown = '';
  const output = {
    isTerminal,
    write: (text: string) => {
      shown += text;
    },
  };
  const what = { program: process.execPath, args: ['-e', code], cwd: dir, logFile };
  return { ...(await runQuietly(what, output)), shown, log: readFileSync(logFile, 'utf8'), dir, logFile };
}

const words = `console.log('Progress: resolved 12, reused 0, downloaded 9, added 9'); console.error(' WARN  Unsupported engine');`;

test('what a package manager says goes to the log, and one line is shown', async () => {
  const { isDone, shown, log, dir, logFile } = await run(words);
  expect(isDone).toBe(true);
  expect(shown).toMatch(/^ {7}… packages +installing.*\n {7}✓ packages +installed \(\d+ s\)\n$/);
  expect(log).toContain('Unsupported engine');
  expect(showPath(dir, logFile)).toBe('.data/logs/install.log');
});

test('the end of the log is told when it fails', async () => {
  const many = `for (let at = 0; at < 100; at++) console.log('line ' + at); process.exitCode = 3;`;
  const { isDone, end, shown, log } = await run(many);
  expect([isDone, end.split('\n').at(0), end.split('\n').at(-1)]).toEqual([false, 'line 85', 'line 99']);
  expect(shown).toContain('✗ packages');
  expect(log).toContain('line 0\n');
});

test('a person who silences npm still finds in the log what is wrong', async () => {
  vi.stubEnv('npm_config_loglevel', 'silent');
  onTestFinished(() => void vi.unstubAllEnvs());
  const { log } = await run(`console.log(process.env.npm_config_loglevel ?? 'as usual')`);
  expect(log).toBe('as usual\n');
});

test('a terminal sees one line, which is drawn over', async () => {
  const { shown } = await run(words, true);
  expect(shown.match(/\n/g)).toHaveLength(1);
});

test('a program that is missing is told by its code', async () => {
  const dir = createTestDir();
  const what = { program: join(dir, 'none'), args: [], cwd: dir, logFile: openLog(dir, {}) };
  const outcome = await runQuietly(what, { isTerminal: false, write: () => undefined });
  expect(outcome).toMatchObject({ isDone: false, code: 'ENOENT' });
});

test('the log is in the data directory that is set', () => {
  const dir = createTestDir();
  expect(openLog(dir, { DATA_DIR: 'mine' })).toBe(join(dir, 'mine/logs/install.log'));
});
