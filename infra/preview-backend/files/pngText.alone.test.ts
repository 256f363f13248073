import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { stringifyAscii } from '../json.ts';
import { copyWithChunks, insertChunks, textChunk } from './pngText.ts';

const png = await sharp({ create: { width: 9, height: 5, channels: 3, background: '#123456' } })
  .png()
  .toBuffer();
const prompt = stringifyAscii({ 6: { inputs: { text: 'ein Fuchs — 狐狸' } } });

describe('metadata of a PNG', () => {
  test('is read back by a decoder and precedes the pixels', async () => {
    const marked = insertChunks(png, [textChunk('prompt', prompt), textChunk('workflow', '{}')]);
    const { comments, width, height } = await sharp(marked).metadata();
    expect([width, height]).toEqual([9, 5]);
    expect(comments).toEqual([
      { keyword: 'prompt', text: prompt },
      { keyword: 'workflow', text: '{}' },
    ]);
    expect(marked.indexOf('tEXt')).toBeLessThan(marked.indexOf('IDAT'));
  });

  test('is the same from file to file', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'png-'));
    const [from, to] = [join(directory, 'a.png'), join(directory, 'b.png')];
    await writeFile(from, png);
    await copyWithChunks(from, to, [textChunk('prompt', prompt)]);
    expect((await readFile(to)).equals(insertChunks(png, [textChunk('prompt', prompt)]))).toBe(true);
    await rm(directory, { recursive: true });
  });
});
