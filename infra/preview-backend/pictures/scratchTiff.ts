import { randomUUID } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { invariant } from '@star-graph/core/ground/errors';

/** Rows a strip: a reader needs no more memory than one strip. */
const rowsPerStrip = 16;

interface ScratchTiff {
  path: string;
  /** Writes whole rows of RGB, starting at a row. */
  writeRows(rgb: Buffer, fromRow: number): Promise<void>;
  close(): Promise<void>;
  /** Closes and removes the file. */
  discard(): Promise<void>;
}

/**
 * An uncompressed RGB TIFF (revision 6.0, baseline) that is filled row by row: the one format that libvips both
 * reads in strips and that can be written without knowing what comes later.
 */
export async function createScratchTiff(
  directory: string,
  width: number,
  height: number,
): Promise<ScratchTiff> {
  const header = tiffHeader(width, height);
  // Offsets are 32-bit numbers in this format.
  invariant(header.length + width * height * 3 < 2 ** 32, 'a scratch picture stays below 4 GiB');
  const path = join(directory, `${randomUUID()}.tif`);
  const file = await open(path, 'w');
  await file.write(header, 0, header.length, 0);
  return {
    path,
    async writeRows(rgb, fromRow) {
      await file.write(rgb, 0, rgb.length, header.length + fromRow * width * 3);
    },
    close: () => file.close(),
    async discard() {
      await file.close();
      await rm(path, { force: true });
    },
  };
}

/** Whole rows of a scratch TIFF, without reading those above. */
export async function readScratchRows(
  path: string,
  { width, height }: { width: number; height: number },
  fromRow: number,
  rows: number,
): Promise<Buffer> {
  const lines = Buffer.allocUnsafe(rows * width * 3);
  await using file = await open(path, 'r');
  const position = tiffHeader(width, height).length + fromRow * width * 3;
  const { bytesRead } = await file.read(lines, 0, lines.length, position);
  invariant(bytesRead === lines.length, 'a scratch picture has all of its rows');
  return lines;
}

const shortType = 3;
const longType = 4;

function tiffHeader(width: number, height: number): Buffer {
  const strips = Math.ceil(height / rowsPerStrip);
  const entryCount = 10;
  const directoryAt = 8;
  const bitsAt = directoryAt + 2 + entryCount * 12 + 4;
  const offsetsAt = bitsAt + 6;
  const countsAt = offsetsAt + strips * 4;
  const header = Buffer.alloc(countsAt + strips * 4);
  header.write('II', 0, 'latin1');
  header.writeUInt16LE(42, 2);
  header.writeUInt32LE(directoryAt, 4);
  header.writeUInt16LE(entryCount, directoryAt);
  // A single strip's offset and size stand in the entry itself.
  const [offsetsValue, countsValue] =
    strips === 1 ? [header.length, width * height * 3] : [offsetsAt, countsAt];
  const entries: [tag: number, type: number, count: number, value: number][] = [
    [256, longType, 1, width],
    [257, longType, 1, height],
    [258, shortType, 3, bitsAt],
    [259, shortType, 1, 1],
    [262, shortType, 1, 2],
    [273, longType, strips, offsetsValue],
    [277, shortType, 1, 3],
    [278, longType, 1, rowsPerStrip],
    [279, longType, strips, countsValue],
    [284, shortType, 1, 1],
  ];
  entries.forEach(([tag, type, count, value], index) => {
    const at = directoryAt + 2 + index * 12;
    header.writeUInt16LE(tag, at);
    header.writeUInt16LE(type, at + 2);
    header.writeUInt32LE(count, at + 4);
    header.writeUInt32LE(value, at + 8);
  });
  for (let channel = 0; channel < 3; channel++) header.writeUInt16LE(8, bitsAt + channel * 2);
  for (let strip = 0; strip < strips; strip++) {
    const rows = Math.min(rowsPerStrip, height - strip * rowsPerStrip);
    header.writeUInt32LE(header.length + strip * rowsPerStrip * width * 3, offsetsAt + strip * 4);
    header.writeUInt32LE(rows * width * 3, countsAt + strip * 4);
  }
  return header;
}
