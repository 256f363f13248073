import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@star-graph/api/client/client';
import { createKeyCredentials } from '@star-graph/api/client/credentials';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startWholePlatform, type WholePlatform } from '../testing/wholePlatform.ts';
import { silentDisplay } from './display.ts';
import { runWorkflow } from './runWorkflow.ts';

// Real processes on a machine that may be busy with other tests.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

let platform: WholePlatform;
let dir: string;
beforeAll(async () => {
  platform = await startWholePlatform();
  dir = await mkdtemp(join(tmpdir(), 'try-'));
});
afterAll(async () => {
  await platform?.[Symbol.asyncDispose]();
  if (dir !== undefined) await rm(dir, { recursive: true });
});

test('says what a task costs, and that the same one again is free', async () => {
  const { accessToken } = await platform.register();
  const credentials = createKeyCredentials({ apiKey: accessToken });
  const client = createClient({ baseUrl: platform.url, credentials });
  const values = { prompt: 'a lighthouse', width: 256, height: 256, steps: 1, seed: 7 };
  const { signal } = new AbortController();
  const run = async (output: string) => {
    const said: string[] = [];
    const display = { ...silentDisplay, say: (text: string) => void said.push(text) };
    const order = { workflow: 'text2img', values, images: [], dir, output };
    return { said, result: await runWorkflow({ client, display, signal }, order) };
  };
  const first = await run('first.png');
  const { cost } = first.result.task;
  expect(cost).toBeGreaterThan(0);
  expect(first.said[0]).toMatch(new RegExp(`^text2img costs ${cost} credits? of your 100\\.$`));
  expect(first.said.at(-1)).toBe(`Balance: 100 before, ${100 - cost} now.`);

  const second = await run('second.png');
  expect(second.said[0]).toBe('text2img is free, from the cache.');
  expect(second.said.at(-1)).toBe(`Balance: ${100 - cost} before, ${100 - cost} now.`);
  expect(await readFile(join(dir, 'second.png'))).toEqual(await readFile(join(dir, 'first.png')));
});
