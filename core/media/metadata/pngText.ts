import { createChunk, readChunks } from './pngMetadata.ts';

/** The signature and IHDR, which is always the first chunk: what a text is put behind. */
export const pngHeadBytes = 33;

/** As Python's Pillow writes texts, which most programs read: Latin-1 where that will do, else UTF-8. */
export function pngTextChunks(texts: Readonly<Record<string, string>>): Buffer {
  const chunks = Object.entries(texts).map(([keyword, given]) => {
    const text = given.replaceAll('\0', '');
    return Buffer.from(text, 'latin1').toString('latin1') === text
      ? createChunk('tEXt', Buffer.from(`${keyword}\0${text}`, 'latin1'))
      : createChunk('iTXt', Buffer.from(`${keyword}\0\0\0\0\0${text}`));
  });
  return Buffer.concat(chunks);
}

/** The same picture with texts that other programs look for. */
export const withPngText = (png: Buffer, texts: Readonly<Record<string, string>>): Buffer =>
  Buffer.concat([png.subarray(0, pngHeadBytes), pngTextChunks(texts), png.subarray(pngHeadBytes)]);

/** Its texts that are not compressed, the first of each keyword. @throws DamagedFile */
export function readPngText(png: Buffer): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  for (const { type, data } of readChunks(png)) {
    const end = data.indexOf(0);
    const keyword = data.toString('latin1', 0, Math.max(end, 0));
    const text = readText(type, data, end + 1);
    if (end > 0 && text !== undefined && !texts.has(keyword)) texts.set(keyword, text);
  }
  return texts;
}

function readText(type: string, data: Buffer, start: number): string | undefined {
  if (type === 'tEXt') return data.toString('latin1', start);
  // Two bytes for compression, then language and translated keyword, each ended by a zero.
  if (type !== 'iTXt' || data[start] !== 0) return undefined;
  const translated = data.indexOf(0, start + 2) + 1;
  return data.toString('utf8', data.indexOf(0, translated) + 1);
}
