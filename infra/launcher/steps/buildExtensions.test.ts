import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createTestDir } from '../testing/processes.ts';
import { buildExtensions } from './buildExtensions.ts';

test('the extensions are built anew only where their sources have changed', async () => {
  const root = createTestDir();
  const put = (path: string, text: string) => {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  let built: string[] = [];
  const start = async () => {
    built = [];
    const said = await buildExtensions(root, new AbortController().signal, async (browser) => {
      built.push(browser);
      put(`extension/.output/${browser}-mv3/manifest.json`, '{}');
    });
    expect(said).toContain('extension/.output/chrome-mv3');
    return built;
  };
  put('extension/features/one.ts', 'a');
  put('api/client/client.ts', 'a');
  put('extension/node_modules/other/index.js', 'a');
  expect(await start()).toEqual(['chrome', 'firefox']);
  expect(await start()).toEqual([]);
  put('extension/features/one.test.ts', 'a');
  put('extension/node_modules/other/index.js', 'b');
  expect(await start()).toEqual([]);
  put('api/client/client.ts', 'b');
  expect(await start()).toEqual(['chrome', 'firefox']);
});

test('a build that fails is tried again at the next start', async () => {
  const root = createTestDir();
  mkdirSync(join(root, 'extension'));
  let tries = 0;
  const fail = async () => {
    tries += 1;
    throw new Error('no room');
  };
  for (let start = 0; start < 2; start += 1)
    expect(await buildExtensions(root, new AbortController().signal, fail)).toContain('not built (no room)');
  expect(tries).toBe(2);
});
