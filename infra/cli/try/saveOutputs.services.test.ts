import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createTestDir } from '../../launcher/testing/processes.ts';
import { describeMisnomer, planOutputFiles, saveOutput } from './saveOutputs.ts';

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
  {
    title: 'a name of its own',
    assets: [{ mime: 'video/mp4' }],
    output: undefined,
    files: ['/home/ann/task.mp4'],
  },
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

test.each([
  { file: '/a/out.jpg', mime: 'image/png', says: 'What is in out.jpg is PNG: out.png would say so.' },
  { file: '/a/out.PNG', mime: 'image/png', says: undefined },
  { file: '/a/out.jpeg', mime: 'image/jpeg', says: undefined },
  { file: '/a/out', mime: 'image/png', says: undefined },
  { file: '/a/out.xyz', mime: 'image/unheard-of', says: undefined },
])('a name that claims another format than $mime is told: $file', ({ file, mime, says }) => {
  expect(describeMisnomer(file, { mime })).toBe(says);
});
