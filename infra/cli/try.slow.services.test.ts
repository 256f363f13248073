import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCleanEnvironment, runTry } from '../launcher/testing/launcher.ts';
import { createTestDir } from '../launcher/testing/processes.ts';
import { startWholePlatform, type WholePlatform } from '../launcher/testing/wholePlatform.ts';

let platform: WholePlatform;
let given: Record<string, string>;
beforeAll(async () => {
  platform = await startWholePlatform();
  const { accessToken } = await platform.register();
  given = { STAR_GRAPH_API_URL: platform.url, STAR_GRAPH_TOKEN: accessToken };
});
afterAll(() => platform?.[Symbol.asyncDispose]());

test.each([
  { title: 'a wrong workflow', args: ['dance'], code: 2, detail: "unknown command 'dance'" },
  { title: 'no workflow', args: [], code: 2, detail: 'Name a workflow.' },
  { title: 'a folder as picture', args: ['upscale', '/tmp'], code: 1, detail: '/tmp is no file.' },
  { title: 'a missing picture', args: ['upscale', 'none.jpg'], code: 1, detail: 'cannot be read' },
  { title: 'an output nowhere', args: ['text2img', 'x', '-o', 'no/out.png'], code: 1, detail: 'no folder' },
  { title: 'two for stdout', args: ['text2img', 'x', '-o', '-'], code: 1, detail: 'both want stdout' },
  { title: 'a refused value', args: ['text2img', 'x', '--steps', '-1'], code: 1, detail: 'steps' },
])('with --json $title is one problem on stdout', async ({ args, code, detail }) => {
  const dir = createTestDir();
  const ended = await runTry(dir, dir, [...args, '--json'], given);
  expect(ended.code).toBe(code);
  const { problem } = JSON.parse(ended.stdout);
  expect(JSON.stringify(problem)).toContain(detail);
  expect(ended.stderr).not.toMatch(/^\s+at /m);
});

test.each([
  {
    title: 'an address that is none',
    env: { STAR_GRAPH_API_URL: 'nonsense', STAR_GRAPH_TOKEN: 'sgk_1' },
    sentence: 'STAR_GRAPH_API_URL must be an http or https address.',
  },
  {
    title: 'a platform that is away',
    env: { STAR_GRAPH_API_URL: 'http://127.0.0.1:1', STAR_GRAPH_TOKEN: 'sgk_1' },
    sentence: 'Does the platform run?',
  },
  {
    title: 'a damaged record of where the platform is',
    env: { STAR_GRAPH_API_URL: '', STAR_GRAPH_TOKEN: '' },
    sentence: 'does not tell where the platform is. Stop the platform with Ctrl-C and start it again',
  },
])('says in a sentence: $title', async ({ env, sentence }) => {
  const dir = createTestDir();
  writeFileSync(join(dir, 'running.json'), '{"url":');
  const ended = await runTry(dir, dir, ['upscale', 'photo.jpg'], env);
  expect(ended).toMatchObject({ code: 1, stdout: '' });
  expect(ended.stderr).toContain(sentence);
  expect(ended.stderr).not.toMatch(/^\s+at /m);
});

const root = resolve(import.meta.dirname, '../..');
// Elsewhere npm's script would first install the packages that this test runs on. `npm test` has done so.
const isInstalled = existsSync(join(root, 'node_modules/.star-graph-installed'));

test.runIf(isInstalled)('npm run -s try --json prints one JSON object alone', async () => {
  const dir = createTestDir();
  mkdirSync(join(dir, 'empty'));
  const env = createCleanEnvironment({ ...given, DATA_DIR: join(dir, 'empty') });
  const args = ['run', '-s', 'try', '--', 'text2img', 'x', '-o', join(dir, 'no/out.png'), '--json'];
  const failure = await promisify(execFile)('npm', args, { cwd: root, env }).catch((error) => error);
  expect(JSON.parse(failure.stdout)).toMatchObject({ problem: { detail: expect.any(String) } });
});
