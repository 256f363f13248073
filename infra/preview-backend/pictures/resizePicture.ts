import { loadPicture, type MemoryPicture, type Picture } from './picture.ts';
import { createPictureSink } from './pictureSink.ts';
import type { PixelWorkers } from './pixelWorkers.ts';
import { readScratchRows } from './scratchTiff.ts';
import { planTaps, type ResizeMethod, type Taps } from './taps.ts';

export interface ResizeDeps {
  workers: PixelWorkers;
  folders: { scratch: string };
}

interface Size {
  width: number;
  height: number;
}

interface Rectangle extends Size {
  left: number;
  top: number;
}

/** A worker gets about as many pixels at once as it makes, and no more than this. */
const bandPixels = 4_000_000;

/** ComfyUI's bislerp turns colours towards each other as vectors; between neighbours that is close to bilinear. */
const methods: Readonly<Record<string, ResizeMethod>> = {
  'nearest-exact': 'nearest-exact',
  bilinear: 'bilinear',
  area: 'area',
  bicubic: 'bicubic',
  lanczos: 'lanczos',
  bislerp: 'bilinear',
};

/**
 * Resizes to exactly this size as ComfyUI's `common_upscale` does; `center` first crops to the target's shape. libvips
 * does not serve here: what it enlarges lies half a pixel to the lower right, and its Lanczos is then a bicubic.
 */
export async function resizePicture(
  deps: ResizeDeps,
  picture: Picture,
  size: Size,
  method: string,
  crop = 'disabled',
): Promise<Picture> {
  const { width, height } = size;
  const cut =
    crop === 'center'
      ? centreCut(picture, size)
      : { left: 0, top: 0, width: picture.width, height: picture.height };
  if (
    cut.width === width &&
    cut.height === height &&
    cut.width === picture.width &&
    cut.height === picture.height
  ) {
    return picture;
  }
  const by = methods[method] ?? 'bicubic';
  const columns = planTaps(cut.width, width, by);
  const rows = planTaps(cut.height, height, by);
  const sink = await createPictureSink(deps.folders.scratch, { width, height, channels: picture.channels });
  const { channels } = picture;
  try {
    for (const band of planBands(cut, columns, rows)) {
      const pixels = await readRectangle(picture, { ...cut, top: cut.top + band.from, height: band.length });
      const options = {
        roundsBetween: by === 'lanczos',
        isPremultiplied: by === 'lanczos' && channels === 4,
      };
      const input = { width: cut.width, channels, pixels, columns, rows: band.rows, ...options };
      const resized = await deps.workers.run('resample', input);
      await sink.write(Buffer.from(resized.buffer, resized.byteOffset, resized.byteLength), band.at);
    }
    return await sink.finish();
  } catch (error) {
    await sink.discard();
    throw error;
  }
}

/** The same for what is no bigger than a node's own picture: its pixels are in memory. */
export async function resizeInMemory(
  deps: ResizeDeps,
  picture: Picture,
  size: Size,
  method: string,
  crop = 'disabled',
): Promise<MemoryPicture> {
  return loadPicture(await resizePicture(deps, picture, size, method, crop));
}

/** The middle of the picture in the target's shape; of an odd rest the right and the lower side keep no more. */
function centreCut(picture: Size, target: Size): Rectangle {
  const margin = (side: number, kept: number): number =>
    Math.max(0, Math.min(Math.round((side - kept) / 2), Math.floor((side - 1) / 2)));
  const left = margin(picture.width, (picture.height * target.width) / target.height);
  const top = margin(picture.height, (picture.width * target.height) / target.width);
  return { left, top, width: picture.width - 2 * left, height: picture.height - 2 * top };
}

interface Band {
  /** First row of the target. */
  at: number;
  /** The rows of the source that it is made of. */
  from: number;
  length: number;
  /** What its rows are made of, counted from `from`. */
  rows: Taps;
}

function* planBands(cut: Size, columns: Taps, rows: Taps): Generator<Band> {
  const height = rows.first.length;
  const widest = Math.max(cut.width, columns.first.length);
  const rowsAtOnce = Math.max(1, Math.floor(bandPixels / widest / Math.max(1, cut.height / height)));
  for (let at = 0; at < height; at += rowsAtOnce) {
    const end = Math.min(height, at + rowsAtOnce);
    const first = rows.first.slice(at, end);
    // Taps never begin further up than those of the row above.
    const from = first[0] ?? 0;
    const length = (first[first.length - 1] ?? 0) + rows.count - from;
    const weights = rows.weights.slice(at * rows.count, end * rows.count);
    yield { at, from, length, rows: { first: first.map((row) => row - from), weights, count: rows.count } };
  }
}

/** A copy, since the worker takes it over. */
async function readRectangle(picture: Picture, cut: Rectangle): Promise<Uint8Array> {
  const { pixels, channels } = picture;
  const stride = picture.width * channels;
  const lines = Buffer.isBuffer(pixels)
    ? pixels.subarray(cut.top * stride, (cut.top + cut.height) * stride)
    : await readScratchRows(pixels.path, picture, cut.top, cut.height);
  const length = cut.width * channels;
  const rectangle = new Uint8Array(length * cut.height);
  for (let row = 0; row < cut.height; row++) {
    const from = row * stride + cut.left * channels;
    rectangle.set(lines.subarray(from, from + length), row * length);
  }
  return rectangle;
}
