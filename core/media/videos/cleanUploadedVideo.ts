import { Problem } from '../../ground/errors.ts';
import { type MediaMime, mimeByExtension } from '../../ground/storage/mediaTypes.ts';
import { digestFile } from '../digestFile.ts';
import { formatProvenance } from '../metadata/provenance.ts';
import { DamagedFile } from '../metadata/rewrittenFile.ts';
import { readProvenance } from '../readProvenance.ts';
import { withFilmTurn } from './filmTurns.ts';
import { FrameSizeChanged, ToolOverdue, ToolRefusal } from './runTool.ts';
import { probeVideo, proveVideo, rewriteVideo, type VideoExtension, type VideoFacts } from './videoFile.ts';

/** A workflow holds every frame of a film in memory: longer ones belong to an editor. */
const uploadedVideoLimits = { seconds: 120, frames: 3_600, side: 4_096 } as const;

/** One processor decodes the longest film in less. */
const checkTimeoutMs = 120_000;

interface CleanedVideo extends Omit<VideoFacts, 'coded'> {
  mime: MediaMime;
  ext: VideoExtension;
  bytes: number;
  sha256: string;
}

interface CleanOptions {
  /** Who sent it. */
  personId: string;
  limitBytes: number;
  signal: AbortSignal;
}

/**
 * Checks a film by decoding all of it, when it is the person's turn, and copies its picture and sound into `target`: tags, chapters, attachments and
 * bytes of another format behind its end are left behind. What this platform wrote about a result of its own stays.
 * @throws Problem `unsupported-media` for a damaged file; `too-large` for one beyond the limits; `unavailable` and
 * `quota-exceeded` where its turn does not come.
 */
export const cleanUploadedVideo = (
  file: string,
  target: string,
  ext: VideoExtension,
  options: CleanOptions,
): Promise<CleanedVideo> =>
  withFilmTurn(options.personId, () => checkAndCopy(file, target, ext, options), options.signal);

async function checkAndCopy(
  file: string,
  target: string,
  ext: VideoExtension,
  { limitBytes, signal }: CleanOptions,
): Promise<CleanedVideo> {
  const options = { signal, checkTimeoutMs };
  try {
    const sent = await probeVideo(file, ext, options);
    requireWithin(sent);
    await proveVideo(file, ext, sent, options);
    const provenance = await readProvenance(file, options);
    await rewriteVideo(file, target, ext, provenance ? formatProvenance(provenance) : '', options);
    // Of what is kept, so that no header that was left behind can lie about it.
    const { coded, ...facts } = await probeVideo(target, ext, options);
    requireWithin(facts);
    const digest = await digestFile(target);
    if (digest.bytes > limitBytes) throw tooLarge(`is larger than ${Math.floor(limitBytes / 1_000_000)} MB`);
    return { ...facts, ...digest, ext, mime: mimeByExtension[ext] };
  } catch (error) {
    if (error instanceof ToolOverdue) throw tooLarge('takes too long to decode', error);
    if (error instanceof FrameSizeChanged) throw sizeChanged(error);
    if (!(error instanceof ToolRefusal || error instanceof DamagedFile)) throw error;
    throw new Problem(
      'unsupported-media',
      'The video is damaged, incomplete or in a format that cannot be read. Save it again as mp4 and send it again.',
      { cause: error },
    );
  }
}

const sizeChanged = (cause: unknown): Problem =>
  new Problem(
    'unsupported-media',
    'The video does not keep one size from its first frame to its last. Save it again in one size and send it again.',
    { cause },
  );

function requireWithin({ width, height, frames, durationMs }: Omit<VideoFacts, 'coded'>): void {
  const { seconds, frames: mostFrames, side } = uploadedVideoLimits;
  if (Math.max(width, height) > side)
    throw tooLarge(`has ${width} × ${height} pixels; a side may have at most ${side}`);
  if (durationMs > seconds * 1_000)
    throw tooLarge(`is ${Math.ceil(durationMs / 1_000)} seconds long; the most is ${seconds}`);
  if (frames > mostFrames) throw tooLarge(`has ${frames} frames; the most is ${mostFrames}`);
}

const tooLarge = (what: string, cause?: unknown): Problem =>
  new Problem('too-large', `The video ${what}. Send a shorter or smaller one.`, { cause });
