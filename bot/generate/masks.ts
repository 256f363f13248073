import type { AssetView } from '@star-graph/contract/assets/assets';
import { uploadMaxPixels } from '@star-graph/workflows/shared/uploadRules';
import type { Context } from '../interaction/context.ts';
import { Refusal } from '../replies/problems.ts';
import { type GivenFile, readAttachment } from './attachments.ts';

/** Grey from which on a pixel counts as marked, and as white. */
const markedFrom = 128;
const whiteFrom = 250;

/** Soft edges are fine; this share of all pixels is more than edges. */
const greyAtMost = 0.25;
const greys = { from: 48, to: 207 };
const sampledSide = 128;

/** The size of the picture, in pixels. */
interface Size {
  width: number;
  height: number;
}

/** Copies the mask of a picture to the person's assets. @throws Refusal where it does not fit the picture. */
export async function takeMask(context: Context, given: GivenFile, image: AssetView): Promise<AssetView> {
  const { bytes } = await readAttachment(context, given);
  const mask = await readMask(context, bytes, image);
  return context.client.uploadAsset(new Blob([mask], { type: 'image/png' }), {
    filename: 'mask',
    purpose: 'mask' as const,
  });
}

/**
 * A mask as the workflow reads it: grey, white where the picture is drawn anew. People paint that part white, or
 * erase it; white strokes on a transparent ground count as strokes. A mask of the same shape in another size is
 * scaled.
 * @returns a PNG of the picture's size.
 * @throws Refusal for no picture, another shape, and a mask that marks nothing or everything.
 */
export async function readMask({ say }: Pick<Context, 'say'>, bytes: Buffer, size: Size) {
  const { default: sharp } = await import('sharp');
  const refuse = () => {
    throw new Refusal(say.mask.unreadable);
  };
  const open = () => sharp(bytes, { limitInputPixels: uploadMaxPixels }).autoOrient();
  const { width, height } = (await open().metadata().catch(refuse)).autoOrient;
  if (!isSameShape({ width, height }, size))
    throw new Refusal(say.mask.size(width, height, size.width, size.height));
  const { isOpaque } = await open().stats().catch(refuse);
  const marks = isOpaque
    ? open().removeAlpha()
    : (await isWhiteWhereOpaque(bytes))
      ? open().extractChannel('alpha')
      : open().extractChannel('alpha').negate();
  const mask = await marks
    .toColourspace('b-w')
    .resize({ ...pick(size), fit: 'fill', kernel: 'nearest' })
    .png()
    .toBuffer();
  // For example a picture without a mark, whose bright parts would be drawn anew.
  if (isOpaque && (await readGreyShare(mask)) > greyAtMost) throw new Refusal(say.mask.grey);
  const { min = 0, max = 0 } = (await sharp(mask).stats()).channels[0] ?? {};
  if (max < markedFrom) throw new Refusal(say.mask.empty);
  if (min >= markedFrom) throw new Refusal(say.mask.full);
  return Uint8Array.from(mask);
}

/** How much of a grey picture is neither black nor white, by samples. */
async function readGreyShare(mask: Buffer): Promise<number> {
  const { default: sharp } = await import('sharp');
  const samples = await sharp(mask)
    .resize({ width: sampledSide, height: sampledSide, fit: 'fill', kernel: 'nearest' })
    .toColourspace('b-w')
    .raw()
    .toBuffer();
  return samples.filter((grey) => grey >= greys.from && grey <= greys.to).length / samples.length;
}

const pick = ({ width, height }: Size): Size => ({ width, height });

async function isWhiteWhereOpaque(bytes: Buffer): Promise<boolean> {
  const { default: sharp } = await import('sharp');
  const flat = await sharp(bytes).flatten({ background: 'white' }).greyscale().png().toBuffer();
  return ((await sharp(flat).stats()).channels[0]?.min ?? 0) >= whiteFrom;
}

/** Whether the mask, once scaled, fits the picture to the pixel. */
const isSameShape = (mask: Size, { width, height }: Size): boolean =>
  Math.abs((mask.width * height) / width - mask.height) <= 1;
