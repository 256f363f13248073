import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { mimeByExtension } from '@star-graph/workflows/shared/mediaKinds';
import { expect, onTestFinished, test } from 'vitest';
import { createTestDir } from '../../launcher/testing/processes.ts';
import { describeMisnomer, describeOutput, planOutputFiles, saveOutput } from './saveOutputs.ts';

const png = { mime: 'image/png' };

test.each([
  { title: 'the asked-for file', assets: [png], output: 'a/out.png', files: ['/home/ann/a/out.png'] },
  { title: 'an absolute file', assets: [png], output: '/data/out.png', files: ['/data/out.png'] },
  {
    title: 'numbers for several',
    assets: [png, png],
    output: 'out.png',
    files: ['/home/ann/out-1.png', '/home/ann/out-2.png'],
  },
  ...Object.entries(mimeByExtension).map(([ending, mime]) => ({
    title: `a name of its own for ${mime}`,
    assets: [{ mime }],
    output: undefined,
    files: [`/home/ann/task.${ending}`],
  })),
])('plans $title', ({ assets, output, files }) => {
  expect(planOutputFiles(assets, { dir: '/home/ann', output, name: 'task' })).toEqual(files);
});

const bytes = Buffer.from('the picture');

async function serve(body: Buffer, status = 200) {
  const server = createServer((_, response) => response.writeHead(status).end(body)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no address');
  return {
    id: 'asset',
    kind: 'output' as const,
    mime: 'image/png',
    width: 1,
    height: 1,
    bytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    url: `http://127.0.0.1:${address.port}/`,
  };
}

const never = new AbortController().signal;

test('writes the bytes of the platform, over an older file', async () => {
  const dir = createTestDir();
  writeFileSync(join(dir, 'out.png'), 'older');
  await saveOutput(await serve(bytes), join(dir, 'out.png'), never);
  expect(readFileSync(join(dir, 'out.png'))).toEqual(bytes);
  expect(readdirSync(dir)).toEqual(['out.png']);
});

test('keeps the older file when what arrives is damaged', async () => {
  const dir = createTestDir();
  writeFileSync(join(dir, 'out.png'), 'older');
  const asset = await serve(Buffer.from('the pictura'));
  await expect(saveOutput(asset, join(dir, 'out.png'), never)).rejects.toThrow('arrived damaged');
  expect(readFileSync(join(dir, 'out.png'), 'utf8')).toBe('older');
  expect(readdirSync(dir)).toEqual(['out.png']);
});

test('says which file cannot be written', async () => {
  const path = join(createTestDir(), 'no', 'such', 'out.png');
  await expect(saveOutput(await serve(bytes), path, never)).rejects.toThrow(
    `${path} could not be written (ENOENT)`,
  );
});

test('says that the platform has the result no longer', async () => {
  const asset = await serve(Buffer.alloc(0), 404);
  await expect(saveOutput(asset, join(createTestDir(), 'out.png'), never)).rejects.toThrow('status 404');
});

const sound = { codec: 'aac', sampleRate: 48_000, channels: 2 };
const words = `two\nlines \u001b[2J of a caption ${'and so on '.repeat(9)}`;
const unseen = { width: 0, height: 0 };
test.each([
  { of: { mime: 'image/png', width: 64, height: 48 }, says: '64 × 48, 2 kB' },
  {
    of: { mime: 'video/mp4', width: 64, height: 48, durationMs: 1_960, sound },
    says: '64 × 48, 2 s, with sound, 2 kB',
  },
  { of: { mime: 'audio/mpeg', durationMs: 8_150, sound, ...unseen }, says: '8.2 s, 2 kB' },
  {
    of: { mime: 'text/plain', text: words, ...unseen },
    says: '“two lines [2J of a caption and so on and so on and so on and…”, 2 kB',
  },
  { of: { mime: 'text/plain', text: 'a cat', ...unseen }, says: '“a cat”, 2 kB' },
  { of: { mime: 'text/plain', text: '', ...unseen }, says: '2 kB' },
  { of: { mime: 'model/gltf-binary', ...unseen }, says: '2 kB' },
])('a saved $of.mime is told as $says', ({ of, says }) => {
  const asset = {
    id: 'a',
    kind: 'output' as const,
    bytes: 1_500,
    sha256: 'f',
    url: 'http://127.0.0.1/',
    ...of,
  };
  expect(describeOutput(asset)).toBe(says);
});

test.each([
  { file: '/a/out.jpg', mime: 'image/png', says: 'What is in out.jpg is PNG: out.png would say so.' },
  { file: '/a/out.PNG', mime: 'image/png', says: undefined },
  { file: '/a/out.jpeg', mime: 'image/jpeg', says: undefined },
  { file: '/a/out', mime: 'image/png', says: undefined },
  { file: '/a/out.png', mime: 'audio/mpeg', says: 'What is in out.png is MP3: out.mp3 would say so.' },
  { file: '/a/out.xyz', mime: 'image/unheard-of', says: undefined },
])('a name that claims another format than $mime is told: $file', ({ file, mime, says }) => {
  expect(describeMisnomer(file, { mime })).toBe(says);
});
