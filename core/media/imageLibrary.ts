import sharp, { type Sharp } from 'sharp';
import { Problem } from '../errors.ts';

/**
 * The one place that opens pictures. Of the library's readers only those of the accepted types stay: SVG, PDF, TIFF
 * and the rest are refused even where a picture is only named like an accepted one.
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
// Temporary files come and go; decoded pixels of one must not be kept for the next.
sharp.cache(false);
// One thread a picture: pictures of several people share the cores, not one picture all of them.
sharp.concurrency(1);

const longestWorkSeconds = 60;

export interface OpenOptions {
  /** More than these are refused from the header, before any is decoded. */
  mostPixels: number;
}

/** Opens the first frame of a file, or of bytes that this platform made itself. Truncated and damaged data fail; what merely is unusual does not. */
export function openImage(source: string | Buffer, options: OpenOptions): Sharp {
  return sharp(source, {
    failOn: 'error',
    limitInputPixels: options.mostPixels,
    sequentialRead: true,
  }).timeout({ seconds: longestWorkSeconds });
}

/** Whether the work was ended by the time limit of `openImage`. */
export function isWorkTimeout(error: unknown): boolean {
  return error instanceof Error && /^timeout: \d+% complete/.test(error.message);
}

/** Whether a JPEG claims more pixels a side than its reader takes, so that not even its header is read. */
export function isBeyondReader(error: unknown): boolean {
  return error instanceof Error && error.message.includes('Maximum supported image dimension');
}

export function slowImageProblem(cause: unknown): Problem {
  return new Problem('too-large', 'The picture takes too long to read. Send a smaller or simpler one.', {
    cause,
  });
}
