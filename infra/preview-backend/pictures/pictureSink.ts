import type { Picture } from './picture.ts';
import { createScratchTiff } from './scratchTiff.ts';

/** Results above this many pixels go to a scratch file, so that memory does not grow with the picture. */
const memoryLimitPixels = 16_000_000;

/** Takes a picture of three channels row by row. */
interface PictureSink {
  write(rows: Buffer, fromRow: number): Promise<void>;
  finish(): Promise<Picture>;
  discard(): Promise<void>;
}

/** @param directory For results too big for memory, and for all of them where a file is asked for. */
export async function createPictureSink(
  directory: string,
  { width, height, channels }: Omit<Picture, 'pixels'>,
  place: 'bySize' | 'file' = 'bySize',
): Promise<PictureSink> {
  const fits = place === 'bySize' && width * height <= memoryLimitPixels;
  // A scratch file holds RGB.
  if (fits || channels !== 3) return createMemorySink(width, height, channels);
  return createFileSink(directory, width, height);
}

function createMemorySink(width: number, height: number, channels: Picture['channels']): PictureSink {
  const pixels = Buffer.allocUnsafe(width * height * channels);
  return {
    write(rows, fromRow) {
      pixels.set(rows, fromRow * width * channels);
      return Promise.resolve();
    },
    finish: () => Promise.resolve({ width, height, channels, pixels }),
    discard: () => Promise.resolve(),
  };
}

async function createFileSink(directory: string, width: number, height: number): Promise<PictureSink> {
  const tiff = await createScratchTiff(directory, width, height);
  return {
    write: (rows, fromRow) => tiff.writeRows(rows, fromRow),
    async finish() {
      await tiff.close();
      return { width, height, channels: 3, pixels: { path: tiff.path } };
    },
    discard: () => tiff.discard(),
  };
}
