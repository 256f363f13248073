import sharp from 'sharp';
import { NodeFailure } from '../nodes/node.ts';
import {
  extractMask,
  type MemoryPicture,
  openPicture,
  type Picture,
  renderPicture,
  solidPicture,
} from '../pictures/picture.ts';

/** Pictures without alpha come with an empty mask of this size. */
const emptyMaskSide = 64;

interface LoadedImage {
  pictures: MemoryPicture[];
  masks: Picture[];
}

/**
 * Reads a file as LoadImage does: upright, RGB, every frame of an animation, and the mask is what alpha hides. A
 * damaged file is decoded as far as it goes. Throws NodeFailure for what is no image.
 */
export async function loadImageFile(path: string): Promise<LoadedImage> {
  const rgba = await decode(path);
  const pictures: MemoryPicture[] = [];
  const masks: Picture[] = [];
  for (const frame of rgba.frames) {
    pictures.push(frame.channels === 3 ? frame : await renderPicture(openPicture(frame), 3));
    masks.push(
      frame.channels === 4 ? await hiddenPart(frame) : solidPicture(emptyMaskSide, emptyMaskSide, [0]),
    );
  }
  return { pictures, masks };
}

/** One channel of a file as a mask; alpha counts as what it hides, as in LoadImageMask. */
export async function loadMaskFile(path: string, channel: string): Promise<Picture> {
  const { frames } = await decode(path);
  const frame = frames[0] as MemoryPicture;
  if (channel === 'alpha') {
    return frame.channels === 4 ? hiddenPart(frame) : solidPicture(emptyMaskSide, emptyMaskSide, [0]);
  }
  return extractMask(frame, channel === 'green' ? 1 : channel === 'blue' ? 2 : 0);
}

async function decode(path: string): Promise<{ frames: MemoryPicture[] }> {
  const open = (pages: number) =>
    sharp(path, { limitInputPixels: false, failOn: 'none', sequentialRead: true, pages });
  try {
    const metadata = await open(1).metadata();
    const pages = metadata.format === 'gif' || metadata.format === 'webp' ? (metadata.pages ?? 1) : 1;
    const upright = pages > 1 ? open(-1) : open(1).autoOrient();
    const whole = await renderPicture(upright, metadata.hasAlpha ? 4 : 3);
    const frameHeight = whole.height / pages;
    const frameBytes = whole.width * frameHeight * whole.channels;
    const frames = Array.from({ length: pages }, (_, page) => ({
      ...whole,
      height: frameHeight,
      pixels: whole.pixels.subarray(page * frameBytes, (page + 1) * frameBytes),
    }));
    return { frames };
  } catch {
    throw new NodeFailure('PIL.UnidentifiedImageError', `cannot identify image file '${path}'`);
  }
}

async function hiddenPart(frame: Picture): Promise<Picture> {
  return renderPicture(openPicture(await extractMask(frame, 3)).negate(), 1);
}
