import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createTwoColours } from '@star-graph/core/testing/pictures';
import { beforeAll, expect, test } from 'vitest';
import { openAiFixture } from '../testing/openAiServer.ts';

const { api, pool, enter, tasksOf } = openAiFixture();
beforeAll(async () => {
  await pool.release();
});

const script = new URL('../testing/streams.py', import.meta.url).pathname;

const isInstalled = existsSync('/usr/lib/python3/dist-packages/openai');

// Debian's python3-openai, for Debian's Python: another one on the path does not have it.
test.skipIf(!isInstalled)(
  "Python's official package reads streams of pictures, edits and chats to their end",
  async () => {
    const { person, key } = await enter();
    const folder = await mkdtemp(join(tmpdir(), 'star-graph-python-'));
    await using cleanUp = new AsyncDisposableStack();
    cleanUp.defer(() => rm(folder, { recursive: true }));
    const picture = join(folder, 'photo.png');
    await createTwoColours(256, 256).png().toFile(picture);
    const { stdout } = await promisify(execFile)('/usr/bin/python3', [script, `${api.url}/v1`, key, picture]);
    expect(JSON.parse(stdout)).toEqual(['image_generation.completed', 'image_edit.completed', 'stop']);
    expect((await tasksOf(person)).map(({ status }) => status)).toEqual(Array(3).fill('succeeded'));
  },
);

const hasHttpx = existsSync('/usr/lib/python3/dist-packages/httpx');

test.skipIf(!hasHttpx)('a film is followed and fetched by the polling of Python’s package', async () => {
  const { person, key } = await enter();
  const films = new URL('../testing/films.py', import.meta.url).pathname;
  const { stdout } = await promisify(execFile)('/usr/bin/python3', [films, `${api.url}/v1`, key]);
  expect(stdout.trim()).toBe('completed video/mp4 ftyp');
  expect(await tasksOf(person)).toMatchObject([{ type: 'text2video', status: 'succeeded' }]);
});
