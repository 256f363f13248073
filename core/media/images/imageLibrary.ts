import { uploadRefusals } from '@star-graph/workflows/shared/uploadRules';
import sharp, { type Sharp } from 'sharp';
import { Problem } from '../../ground/errors.ts';

/**
 * The one place that opens pictures. Only the library's readers for accepted types stay enabled: SVG, PDF, TIFF and
 * the rest are refused even under an accepted name.
 */
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: [
    'VipsForeignLoadPng',
    'VipsForeignLoadJpeg',
    'VipsForeignLoadWebp',
    'VipsForeignLoadNsgif',
    'VipsForeignLoadHeif',
  ],
});
// Temporary files reuse names; the cached pixels of one must not serve the next.
sharp.cache(false);
// One thread for each picture, so that pictures of several people share the cores.
sharp.concurrency(1);

const longestWorkSeconds = 60;

interface OpenOptions {
  /** Larger pictures are refused by the header, before decoding. */
  mostPixels: number;
  /** The frame of an animation; default: the first. */
  page?: number;
}

/**
 * Opens one frame of a file, or of bytes that this platform made itself. Truncated and damaged data fail;
 * unusual data do not.
 */
export function openImage(source: string | Buffer, options: OpenOptions): Sharp {
  return sharp(source, {
    failOn: 'error',
    limitInputPixels: options.mostPixels,
    sequentialRead: true,
    page: options.page ?? 0,
  }).timeout({ seconds: longestWorkSeconds });
}

/** Eight bits a channel, without a format. */
export interface Pixels {
  data: Buffer;
  raw: { width: number; height: number; channels: 1 | 2 | 3 | 4 };
}

/** Pixels that were read before, to be written in a format. */
export const openPixels = ({ data, raw }: Pixels): Sharp =>
  sharp(data, { raw }).timeout({ seconds: longestWorkSeconds });

/** Whether the work was ended by the time limit of `openImage`. */
export function isWorkTimeout(error: unknown): boolean {
  return error instanceof Error && /^timeout: \d+% complete/.test(error.message);
}

/** Whether a side of a JPEG is longer than its reader takes, so that not even the header is read. */
export function isBeyondReader(error: unknown): boolean {
  return error instanceof Error && error.message.includes('Maximum supported image dimension');
}

export function slowImageProblem(cause: unknown): Problem {
  return new Problem('too-large', uploadRefusals.slowPicture, { cause });
}
