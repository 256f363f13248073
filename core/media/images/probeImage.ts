import { uploadMaxPixels, uploadRefusals } from '@star-graph/workflows/shared/uploadRules';
import type { Metadata } from 'sharp';
import { Problem } from '../../ground/errors.ts';
import { type MediaExtension, type MediaMime, mimeByExtension } from '../../ground/storage/mediaTypes.ts';
import { watchWork } from '../sandbox/watchWork.ts';
import { LaneFull, withPicture } from '../workLanes.ts';
import { shrinkImage } from './drawThumbnail.ts';
import { isBeyondReader, isWorkTimeout, openImage, type Pixels, slowImageProblem } from './imageLibrary.ts';

/** A picture whose bytes were decoded once, and are therefore whole. */
export interface ProbedImage {
  /** By content. */
  mime: MediaMime;
  ext: MediaExtension;
  /** Pixels of one frame, after the rotation that EXIF asks for. */
  width: number;
  height: number;
  /** 1 for a still picture. Of an animation only the first frame is used. */
  frames: number;
  /** The length of one loop, if an animation says how long its frames stay. */
  durationMs?: number;
  hasAlpha: boolean;
  /** The EXIF orientation, 1 (upright) to 8. */
  orientation: number;
  /** 8-bit, sRGB or grey, one upright frame, nothing embedded: it may be passed on as it is. */
  isPlain: boolean;
}

/**
 * Decides the type by content and checks the bytes by decoding the first frame. Throws `unsupported-media` for a
 * damaged picture or another content, and `too-large` for more than `mostPixels`, which the header alone decides.
 */
export async function probeImage(
  file: Buffer | string,
  options: ProbeOptions = { mostPixels: uploadMaxPixels },
): Promise<ProbedImage> {
  const { image, proof } = await beginProbe(file, options);
  await proof;
  return image;
}

interface ProbeOptions {
  mostPixels: number;
  signal?: AbortSignal;
  /** Set: what is decoded is kept as a thumbnail of this size. */
  boxPixels?: number;
}

/**
 * What the header says, as soon as it is read. `proof` resolves when the bytes are decoded, to what is left of them, and
 * rejects as `probeImage`.
 */
export async function beginProbe(
  file: Buffer | string,
  options: ProbeOptions,
): Promise<{ image: ProbedImage; proof: Promise<Pixels> }> {
  // Tried again when it fails: the library keeps one fault text for all threads, which may be another picture's.
  const metadata = await readHeader(file).catch(() => readHeader(file));
  const ext = findExtension(metadata);
  if (ext === undefined) throw notAPicture();
  const { autoOrient } = metadata;
  if (autoOrient.width * autoOrient.height > options.mostPixels)
    throw new Problem('too-large', uploadRefusals.pixels(autoOrient, options.mostPixels));
  const proof = decode(file, metadata, options);
  // Its reader may come later than its end.
  proof.catch(() => undefined);
  return { image: describe(metadata, ext), proof };
}

function describe(metadata: Metadata, ext: MediaExtension): ProbedImage {
  const { autoOrient } = metadata;
  const frames = metadata.pages ?? 1;
  const durationMs = frames > 1 ? sum(metadata.delay ?? []) : 0;
  const orientation = metadata.orientation ?? 1;
  return {
    mime: mimeByExtension[ext],
    ext,
    width: autoOrient.width,
    height: autoOrient.height,
    frames,
    ...(durationMs > 0 && { durationMs }),
    hasAlpha: metadata.hasAlpha,
    orientation,
    isPlain: frames === 1 && orientation === 1 && isPlainColour(metadata) && !hasEmbedded(metadata),
  };
}

async function readHeader(file: Buffer | string): Promise<Metadata> {
  try {
    // The limit applies to the header, with a sentence that names the size.
    return await watchWork(() => openImage(file, { mostPixels: Number.MAX_SAFE_INTEGER }).metadata());
  } catch (error) {
    if (isBeyondReader(error))
      throw new Problem('too-large', uploadRefusals.side, {
        cause: error,
      });
    throw notAPicture(error);
  }
}

function sum(delaysMs: readonly number[]): number {
  return delaysMs.reduce((total, delayMs) => total + delayMs, 0);
}

function findExtension({ format, compression }: Metadata): MediaExtension | undefined {
  if (format === 'jpeg') return 'jpg';
  if (format === 'png' || format === 'webp' || format === 'gif') return format;
  return format === 'heif' && compression === 'av1' ? 'avif' : undefined;
}

async function decode(file: Buffer | string, metadata: Metadata, options: ProbeOptions): Promise<Pixels> {
  const { width, height } = metadata;
  try {
    return await withPicture(width * height, () => readPixels(file, metadata, options), options.signal);
  } catch (error) {
    if (error instanceof LaneFull) throw error;
    options.signal?.throwIfAborted();
    if (isWorkTimeout(error)) throw slowImageProblem(error);
    throw new Problem('unsupported-media', uploadRefusals.damagedPicture, { cause: error });
  }
}

/** Eight megabytes decoded, or sixteen. */
const mostHeldPixels = 2_000_000;

/**
 * Reads every pixel. Shrinking keeps none, but passes them from thread to thread: a small picture is ready sooner as a
 * whole. A JPEG is shrunk while it is read, which is less work.
 */
async function readPixels(
  file: Buffer | string,
  { width, height, format }: Metadata,
  { boxPixels, ...options }: ProbeOptions,
): Promise<Pixels> {
  const image = openImage(file, options);
  const isHeld = format !== 'jpeg' && width * height <= mostHeldPixels;
  const read =
    boxPixels !== undefined
      ? shrinkImage(image, boxPixels, false)
      : isHeld
        ? image
        : image.resize(8, 8, { fastShrinkOnLoad: false });
  const { data, info } = await read.raw().toBuffer({ resolveWithObject: true });
  return { data, raw: { width: info.width, height: info.height, channels: info.channels } };
}

function isPlainColour({ depth, space }: Metadata): boolean {
  return depth === 'uchar' && (space === 'srgb' || space === 'b-w');
}

function hasEmbedded(metadata: Metadata): boolean {
  const { exif, xmp, icc, iptc, comments } = metadata;
  return [exif, xmp, icc, iptc].some((block) => block !== undefined) || (comments?.length ?? 0) > 0;
}

function notAPicture(cause?: unknown): Problem {
  return new Problem('unsupported-media', uploadRefusals.kind, { cause });
}
