import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import { drawing, graphFixture } from '../testing/graphFixture.ts';

const { api, pool, enter } = graphFixture();
beforeAll(async () => {
  await pool.release();
});

const script = new URL('../testing/follow.py', import.meta.url).pathname;

const isInstalled = existsSync('/usr/lib/python3/dist-packages/websocket');

// Debian's python3-websocket, for Debian's Python: another one on the path does not have it.
test.skipIf(!isInstalled)("ComfyUI's own example in Python follows its graph to the picture", async () => {
  const { key, tasks } = await enter({ scopes: ['graph'] });
  const address = `${new URL(api.graphUrl).host}/${key}`;
  const { stdout } = await promisify(execFile)('/usr/bin/python3', [
    script,
    address,
    JSON.stringify(drawing()),
  ]);
  expect(JSON.parse(stdout)).toEqual([expect.stringMatching(/\.png$/)]);
  expect((await tasks()).map(({ status }) => status)).toEqual(['succeeded']);
});
