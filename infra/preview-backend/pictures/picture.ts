import sharp, { type Sharp } from 'sharp';

/** Pixels too many to hold in memory, as an uncompressed TIFF in the scratch directory. */
interface ScratchFile {
  path: string;
}

/**
 * One picture of a batch: 8-bit samples, rows from the top, channels interleaved. One channel is a mask (255 =
 * selected). ComfyUI computes with 32-bit floats; 8 bits are what its files hold.
 */
export interface Picture {
  width: number;
  height: number;
  channels: 1 | 3 | 4;
  pixels: Buffer | ScratchFile;
}

/** A picture whose pixels are in memory. */
export interface MemoryPicture extends Picture {
  pixels: Buffer;
}

/** A decoder allows any size here: the limits are the client's business, as with ComfyUI. */
const sharpOptions = { limitInputPixels: false, sequentialRead: true } as const;

/** A sharp pipeline over the picture; file-backed ones are read in strips, so memory stays flat. */
export function openPicture(picture: Picture): Sharp {
  const { width, height, channels, pixels } = picture;
  if (!Buffer.isBuffer(pixels)) return sharp(pixels.path, sharpOptions);
  return sharp(pixels, { ...sharpOptions, raw: { width, height, channels } });
}

/** Runs a pipeline and keeps its pixels in memory with the wanted number of channels. */
export async function renderPicture(pipeline: Sharp, channels: 1 | 3 | 4): Promise<MemoryPicture> {
  const shaped =
    channels === 1
      ? pipeline.toColourspace('b-w').extractChannel(0)
      : channels === 3
        ? pipeline.toColourspace('srgb').removeAlpha()
        : pipeline.toColourspace('srgb').ensureAlpha();
  const { data, info } = await shaped.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, channels, pixels: data };
}

/** The picture with its pixels in memory. */
export async function loadPicture(picture: Picture): Promise<MemoryPicture> {
  if (Buffer.isBuffer(picture.pixels)) return { ...picture, pixels: picture.pixels };
  return renderPicture(openPicture(picture), picture.channels);
}

/**
 * One channel as a mask. Copied byte by byte: a pipeline of sharp turns colours to grey before it takes a channel, if it
 * is also to give one channel.
 */
export async function extractMask(picture: Picture, channel: 0 | 1 | 2 | 3): Promise<MemoryPicture> {
  const { width, height, channels, pixels } = await loadPicture(picture);
  const mask = Buffer.allocUnsafe(width * height);
  for (let at = 0; at < mask.length; at++) mask[at] = pixels[at * channels + channel] ?? 0;
  return { width, height, channels: 1, pixels: mask };
}

/** A picture of one colour, channel by channel. */
export function solidPicture(width: number, height: number, colour: readonly number[]): MemoryPicture {
  const channels = colour.length === 1 ? 1 : colour.length === 4 ? 4 : 3;
  const pixels = Buffer.alloc(width * height * channels, Buffer.from([...colour]));
  return { width, height, channels, pixels };
}
