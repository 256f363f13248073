import { rm } from 'node:fs/promises';
import type { MemoryPicture, Picture } from '../pictures/picture.ts';
import { extractMask, loadPicture, openPicture, renderPicture } from '../pictures/picture.ts';
import { createPictureSink } from '../pictures/pictureSink.ts';
import type { PixelWorkers } from '../pictures/pixelWorkers.ts';
import { type ResizeDeps, resizeInMemory, resizePicture } from '../pictures/resizePicture.ts';
import { networks, type UpscaleModel } from './networks.ts';

/** Side of the square the network sees, and how much of it is context that is cut off again. */
const tileSize = 128;
const tileMargin = 12;
const tileCore = tileSize - 2 * tileMargin;

/**
 * What the slow network is asked for: it takes 50 seconds of a core for a megapixel of result, and a run is given up
 * after half an hour. Above this Lanczos comes closer to the original than the quick networks do.
 */
const rdnLimitPixels = 16_000_000;

const goesByLanczos = (width: number, height: number, { network, scale }: UpscaleModel): boolean =>
  network === 'rdn' && width * height * scale ** 2 > rdnLimitPixels;

/** How many steps a picture takes: its tiles in all passes, or one where no network enlarges it. */
export function countTiles(width: number, height: number, model: UpscaleModel): number {
  if (goesByLanczos(width, height, model)) return 1;
  const { network, scale } = model;
  const { factor } = networks[network];
  const tiles = planSpans(width).length * planSpans(height).length;
  return factor < scale
    ? tiles + countTiles(width * factor, height * factor, { network, scale: factor })
    : tiles;
}

interface Span {
  from: number;
  length: number;
}

/** The cores along one side; what fits into one tile needs no margins. */
function planSpans(side: number): Span[] {
  if (side <= tileSize) return [{ from: 0, length: side }];
  const spans: Span[] = [];
  for (let from = 0; from < side; from += tileCore) {
    spans.push({ from, length: Math.min(tileCore, side - from) });
  }
  return spans;
}

/**
 * Enlarges by exactly `scale`, tile by tile. The margin is as far as the networks see to any effect (measured: from 12 pixels on
 * the result equals that of the whole picture), and only the cores are kept: no seams. Alpha is enlarged by cubic
 * interpolation beside the network. `onTile` is called after each tile and stops the work by throwing.
 */
export async function upscalePicture(
  deps: ResizeDeps,
  picture: Picture,
  model: UpscaleModel,
  onTile: () => void,
): Promise<Picture> {
  if (goesByLanczos(picture.width, picture.height, model)) {
    const size = { width: picture.width * model.scale, height: picture.height * model.scale };
    const resized = await resizePicture(deps, picture, size, 'lanczos');
    onTile();
    return resized;
  }
  const source = await loadPicture(picture);
  const rgb = source.channels === 3 ? source : await renderPicture(openPicture(source), 3);
  const enlarged = await upscaleInPasses(deps, rgb, model, onTile);
  if (source.channels !== 4) return enlarged;
  const alpha = await resizeInMemory(deps, await extractMask(source, 3), enlarged, 'bicubic');
  const joined = openPicture(enlarged).joinChannel(alpha.pixels, {
    raw: { width: enlarged.width, height: enlarged.height, channels: 1 },
  });
  return renderPicture(joined, 4);
}

async function upscaleInPasses(
  deps: ResizeDeps,
  source: MemoryPicture,
  { network, scale }: UpscaleModel,
  onTile: () => void,
): Promise<Picture> {
  const { factor } = networks[network];
  const first = await upscaleRgb(deps, source, { network, scale: factor }, onTile);
  if (factor >= scale) return first;
  try {
    return await upscaleRgb(deps, await loadPicture(first), { network, scale: factor }, onTile);
  } finally {
    if (!Buffer.isBuffer(first.pixels)) await rm(first.pixels.path, { force: true });
  }
}

async function upscaleRgb(
  deps: ResizeDeps,
  source: MemoryPicture,
  model: UpscaleModel,
  onTile: () => void,
): Promise<Picture> {
  const width = source.width * model.scale;
  const height = source.height * model.scale;
  const sink = await createPictureSink(deps.folders.scratch, { width, height, channels: 3 });
  try {
    for (const rows of planSpans(source.height)) {
      const band = Buffer.allocUnsafe(width * 3 * rows.length * model.scale);
      await upscaleBand(deps.workers, source, model, rows, band, onTile);
      await sink.write(band, rows.from * model.scale);
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
  rows: Span,
  band: Buffer,
  onTile: () => void,
): Promise<void> {
  const columns = planSpans(source.width);
  let next = 0;
  const work = async (): Promise<void> => {
    for (let span = columns[next++]; span !== undefined; span = columns[next++]) {
      await upscaleInto(workers, source, model, { rows, columns: span }, band);
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
  core: { rows: Span; columns: Span },
  band: Buffer,
): Promise<void> {
  const { scale } = model;
  const { rows, columns } = core;
  const x0 = Math.max(0, columns.from - tileMargin);
  const y0 = Math.max(0, rows.from - tileMargin);
  const x1 = Math.min(source.width, columns.from + columns.length + tileMargin);
  const y1 = Math.min(source.height, rows.from + rows.length + tileMargin);
  const tileWidth = x1 - x0;
  const tile = new Uint8Array(tileWidth * (y1 - y0) * 3);
  for (let y = y0; y < y1; y++) {
    const from = (y * source.width + x0) * 3;
    tile.set(source.pixels.subarray(from, from + tileWidth * 3), (y - y0) * tileWidth * 3);
  }
  const enlarged = await workers.run('upscale-tile', {
    network: model.network,
    width: tileWidth,
    height: y1 - y0,
    rgb: tile,
  });
  const bandStride = source.width * scale * 3;
  const tileStride = tileWidth * scale * 3;
  for (let row = 0; row < rows.length * scale; row++) {
    const from = ((rows.from - y0) * scale + row) * tileStride + (columns.from - x0) * scale * 3;
    const line = enlarged.subarray(from, from + columns.length * scale * 3);
    band.set(line, row * bandStride + columns.from * scale * 3);
  }
}
