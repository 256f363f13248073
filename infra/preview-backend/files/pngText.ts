import { createReadStream, createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';

/** The PNG signature and the IHDR chunk, which always come first. */
const headBytes = 8 + 25;

/** A `tEXt` chunk; text must be Latin-1, which ASCII JSON is. */
export function textChunk(keyword: string, text: string): Buffer {
  const body = Buffer.from(`tEXt${keyword}\0${text}`, 'latin1');
  const chunk = Buffer.alloc(body.length + 8);
  chunk.writeUInt32BE(body.length - 4, 0);
  body.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(body), chunk.length - 4);
  return chunk;
}

/** Puts chunks where PIL puts them, before the picture's data. */
export function insertChunks(png: Buffer, chunks: readonly Buffer[]): Buffer {
  return Buffer.concat([png.subarray(0, headBytes), ...chunks, png.subarray(headBytes)]);
}

/** The same from file to file, for any size. */
export async function copyWithChunks(from: string, to: string, chunks: readonly Buffer[]): Promise<void> {
  const source = await open(from);
  try {
    const { buffer } = await source.read(Buffer.alloc(headBytes), 0, headBytes, 0);
    const target = createWriteStream(to);
    for (const part of [buffer, ...chunks]) target.write(part);
    await pipeline(createReadStream(from, { start: headBytes }), target);
  } finally {
    await source.close();
  }
}
