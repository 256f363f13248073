import type { MemoryPicture, Picture } from '../pictures/picture.ts';
import { loadPicture, openPicture, renderPicture } from '../pictures/picture.ts';
import type { PixelWorkers } from '../pictures/pixelWorkers.ts';
import { createScratchTiff } from '../pictures/scratchTiff.ts';

/** Side of the square the network sees, and how much of it is context that is cut off again. */
const tileSize = 128;
const tileMargin = 12;
const tileCore = tileSize - 2 * tileMargin;

/** Results above this many pixels go to a scratch file, so that memory does not grow with the picture. */
const memoryLimitPixels = 16_000_000;

export interface UpscaleDeps {
  workers: PixelWorkers;
  /** Directory for results too big for memory. */
  scratch: string;
}

export interface UpscaleModel {
  weights: 'esrgan-slim' | 'esrgan-medium';
  scale: 2 | 4;
}

/** How many tiles a picture takes. */
export function countTiles(width: number, height: number): number {
  return Math.ceil(width / tileCore) * Math.ceil(height / tileCore);
}

/**
 * Enlarges by exactly `scale`, tile by tile. Tiles overlap by more than the network's eye reaches for visible
 * differences, and only their cores are kept, so there are no seams. An alpha channel is enlarged by cubic
 * interpolation beside the network. `onTile` is called after each tile and stops the work by throwing.
 */
export async function upscalePicture(
  deps: UpscaleDeps,
  picture: Picture,
  model: UpscaleModel,
  onTile: () => void,
): Promise<Picture> {
  const source = await loadPicture(picture);
  const rgb = source.channels === 3 ? source : await renderPicture(openPicture(source), 3);
  const enlarged = await upscaleRgb(deps, rgb, model, onTile);
  if (source.channels !== 4) return enlarged;
  const alpha = await openPicture(source)
    .extractChannel(3)
    .resize(enlarged.width, enlarged.height, { fit: 'fill', kernel: 'cubic' })
    .raw()
    .toBuffer();
  const joined = openPicture(enlarged).joinChannel(alpha, {
    raw: { width: enlarged.width, height: enlarged.height, channels: 1 },
  });
  return renderPicture(joined, 4);
}

interface RowSink {
  write(rows: Buffer, fromRow: number): Promise<void>;
  finish(): Promise<Picture>;
  discard(): Promise<void>;
}

async function upscaleRgb(
  deps: UpscaleDeps,
  source: MemoryPicture,
  model: UpscaleModel,
  onTile: () => void,
): Promise<Picture> {
  const width = source.width * model.scale;
  const height = source.height * model.scale;
  const sink =
    width * height > memoryLimitPixels
      ? await createFileSink(deps.scratch, width, height)
      : createMemorySink(width, height);
  try {
    for (let top = 0; top < source.height; top += tileCore) {
      const rows = Math.min(tileCore, source.height - top);
      const band = Buffer.allocUnsafe(width * 3 * rows * model.scale);
      await upscaleBand(deps.workers, source, model, { top, rows }, band, onTile);
      await sink.write(band, top * model.scale);
    }
    return await sink.finish();
  } catch (error) {
    await sink.discard();
    throw error;
  }
}

/** One row of tiles, as many at a time as there are workers. */
async function upscaleBand(
  workers: PixelWorkers,
  source: MemoryPicture,
  model: UpscaleModel,
  span: { top: number; rows: number },
  band: Buffer,
  onTile: () => void,
): Promise<void> {
  const lefts: number[] = [];
  for (let left = 0; left < source.width; left += tileCore) lefts.push(left);
  let next = 0;
  const work = async (): Promise<void> => {
    for (let left = lefts[next++]; left !== undefined; left = lefts[next++]) {
      await upscaleInto(workers, source, model, { ...span, left }, band);
      onTile();
    }
  };
  // Every worker settles before the band fails, so that none writes into a discarded buffer.
  const settled = await Promise.allSettled(Array.from({ length: workers.size }, work));
  const failed = settled.find((one) => one.status === 'rejected');
  if (failed) throw failed.reason;
}

async function upscaleInto(
  workers: PixelWorkers,
  source: MemoryPicture,
  model: UpscaleModel,
  core: { top: number; rows: number; left: number },
  band: Buffer,
): Promise<void> {
  const { scale } = model;
  const columns = Math.min(tileCore, source.width - core.left);
  const x0 = Math.max(0, core.left - tileMargin);
  const y0 = Math.max(0, core.top - tileMargin);
  const x1 = Math.min(source.width, core.left + columns + tileMargin);
  const y1 = Math.min(source.height, core.top + core.rows + tileMargin);
  const tileWidth = x1 - x0;
  const tile = new Uint8Array(tileWidth * (y1 - y0) * 3);
  for (let y = y0; y < y1; y++) {
    const from = (y * source.width + x0) * 3;
    tile.set(source.pixels.subarray(from, from + tileWidth * 3), (y - y0) * tileWidth * 3);
  }
  const enlarged = await workers.run('upscale-tile', {
    ...model,
    width: tileWidth,
    height: y1 - y0,
    rgb: tile,
  });
  const bandStride = source.width * scale * 3;
  const tileStride = tileWidth * scale * 3;
  for (let row = 0; row < core.rows * scale; row++) {
    const from = ((core.top - y0) * scale + row) * tileStride + (core.left - x0) * scale * 3;
    band.set(enlarged.subarray(from, from + columns * scale * 3), row * bandStride + core.left * scale * 3);
  }
}

function createMemorySink(width: number, height: number): RowSink {
  const pixels = Buffer.allocUnsafe(width * height * 3);
  return {
    write(rows, fromRow) {
      pixels.set(rows, fromRow * width * 3);
      return Promise.resolve();
    },
    finish: () => Promise.resolve({ width, height, channels: 3, pixels }),
    discard: () => Promise.resolve(),
  };
}

async function createFileSink(directory: string, width: number, height: number): Promise<RowSink> {
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
