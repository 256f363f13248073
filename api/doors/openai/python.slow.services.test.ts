import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createTwoColours } from '@star-graph/core/testing/pictures';
import { beforeAll, expect, test } from 'vitest';
import { openAiFixture } from '../testing/openAiServer.ts';

const { api, pool, enter, tasksOf } = openAiFixture({ env: { SDAPI_PORT: '0' } });
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
    await using folder = await makeFolder();
    const picture = join(folder.path, 'photo.png');
    await createTwoColours(256, 256).png().toFile(picture);
    const { stdout } = await promisify(execFile)('/usr/bin/python3', [script, `${api.url}/v1`, key, picture]);
    expect(JSON.parse(stdout)).toEqual(['image_generation.completed', 'image_edit.completed', 'stop']);
    expect((await tasksOf(person)).map(({ status }) => status)).toEqual(Array(3).fill('succeeded'));
  },
);

const hasRequests = isInstalled && existsSync('/usr/lib/python3/dist-packages/requests');

test.skipIf(!hasRequests)(
  'a program in Python draws through the doors of OpenAI, A1111, Gemini and MCP',
  async () => {
    const { person, key } = await enter();
    await using folder = await makeFolder();
    const picture = join(folder.path, 'photo.png');
    await createTwoColours(256, 256).png().toFile(picture);
    const given = [
      new URL('../testing/everyDoor.py', import.meta.url).pathname,
      api.url,
      api.sdapiUrl,
      key,
      picture,
    ];
    const { stdout } = await promisify(execFile)('/usr/bin/python3', given);
    const { made, models, titles, tools, info } = JSON.parse(stdout);
    expect(made).toEqual({
      images: 'png',
      edits: 'png',
      responses: 'webp',
      txt2img: 'png',
      img2img: 'png',
      gemini: 'png',
      mcp: expect.any(String),
    });
    expect([models, titles, tools]).toEqual([
      expect.arrayContaining(['gpt-image-1', 'text2img']),
      expect.arrayContaining([expect.stringContaining('text2img')]),
      expect.arrayContaining(['draw', 'edit', 'upscale', 'animate']),
    ]);
    expect(info).toContain('a lighthouse');
    expect((await tasksOf(person)).map(({ status }) => status)).toEqual(Array(7).fill('succeeded'));
  },
);

async function makeFolder(): Promise<AsyncDisposable & { path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'star-graph-python-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}

const hasHttpx = existsSync('/usr/lib/python3/dist-packages/httpx');

test.skipIf(!hasHttpx)('a film is followed and fetched by the polling of Python’s package', async () => {
  const { person, key } = await enter();
  const films = new URL('../testing/films.py', import.meta.url).pathname;
  const { stdout } = await promisify(execFile)('/usr/bin/python3', [films, `${api.url}/v1`, key]);
  expect(stdout.trim()).toBe('completed video/mp4 ftyp');
  expect(await tasksOf(person)).toMatchObject([{ type: 'text2video', status: 'succeeded' }]);
});
