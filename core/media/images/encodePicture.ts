import { findType } from '../fileType.ts';
import { findRewriter } from '../metadata/findRewriter.ts';
import type { Encoding } from '../pictureFormats.ts';
import { withPicture } from '../workLanes.ts';
import { openImage } from './imageLibrary.ts';

/** The most pixels that a result may have. */
const mostPixels = 268_000_000;

const extensionOf = { png: 'png', webp: 'webp', jpeg: 'jpg' } as const;

/**
 * A picture of ours in the format that somebody asks for. The bytes stay as they are where nothing has to change. A
 * record of the picture's origin goes along.
 */
export async function encodePicture(file: Buffer, { format, quality }: Encoding): Promise<Buffer> {
  const present = findType(file);
  const isKept = format === 'png' || quality === undefined;
  if (present === extensionOf[format] && isKept) return file;
  const { width, height } = await openImage(file, { mostPixels }).metadata();
  const encoded = await withPicture(width * height, () => encode(file, { format, quality }));
  const provenanceText = present && findRewriter(present)?.findProvenanceText(file);
  if (provenanceText === undefined) return encoded;
  const rewriter = findRewriter(extensionOf[format]);
  return rewriter ? Buffer.concat(rewriter.rewrite(encoded, { provenanceText, orientation: 1 })) : encoded;
}

function encode(file: Buffer, { format, quality }: Encoding): Promise<Buffer> {
  const image = openImage(file, { mostPixels }).autoOrient();
  const compressed = quality === undefined ? {} : { quality };
  if (format === 'png') return image.png().toBuffer();
  if (format === 'webp') return image.webp(compressed).toBuffer();
  // JPEG has no transparency: black would stand where nothing was.
  return image.flatten({ background: '#ffffff' }).jpeg(compressed).toBuffer();
}
