import { inflateSync } from 'node:zlib';
import { probeImage } from '@star-graph/core/media/images/probeImage';
import { expect, test } from 'vitest';
import { encodeGreyPng } from './encodePng.ts';

/** Type and data of each chunk. */
function listChunks(png: Buffer): { type: string; data: Buffer }[] {
  const chunks = [];
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    chunks.push({
      type: png.toString('latin1', at + 4, at + 8),
      data: png.subarray(at + 8, at + 8 + length),
    });
    at += length + 12;
  }
  return chunks;
}

test('a mask is a picture of one channel that the platform takes', async () => {
  const size = { width: 301, height: 200 };
  const rowOf = (row: number) => Uint8Array.from({ length: size.width }, (_, x) => (x * 7 + row * 13) % 256);
  const png = Buffer.from(await (await encodeGreyPng(size, rowOf)).arrayBuffer());
  expect(await probeImage(png)).toMatchObject({ ...size, mime: 'image/png', hasAlpha: false, isPlain: true });
  const chunks = listChunks(png);
  // Eight bits of grey.
  expect([...(chunks[0]?.data.subarray(8) ?? [])]).toEqual([8, 0, 0, 0, 0]);
  const data = inflateSync(
    Buffer.concat(chunks.flatMap((chunk) => (chunk.type === 'IDAT' ? [chunk.data] : []))),
  );
  const lines = Array.from({ length: size.height }, (_, row) => [0, ...rowOf(row)]);
  expect(data.equals(Buffer.from(lines.flat()))).toBe(true);
});

test('a mask of sixty-four megapixels is made row by row', async () => {
  const row = new Uint8Array(8000).fill(255);
  const asked: number[] = [];
  const png = await encodeGreyPng({ width: 8000, height: 8000 }, (number) => {
    asked.push(number);
    return row;
  });
  expect(asked).toEqual(Array.from({ length: 8000 }, (_, number) => number));
  expect(await probeImage(Buffer.from(await png.arrayBuffer()))).toMatchObject({ width: 8000, height: 8000 });
});
