import { refusalOfFilm, uploadRefusals } from '@star-graph/workflows/shared/uploadRules';
import { Problem } from '../../ground/errors.ts';
import { type MediaMime, mimeByExtension } from '../../ground/storage/mediaTypes.ts';
import { digestFile } from '../digestFile.ts';
import { formatProvenance } from '../metadata/provenance.ts';
import { DamagedFile } from '../metadata/rewrittenFile.ts';
import { readProvenance } from '../readProvenance.ts';
import { withFilmTurn } from './filmTurns.ts';
import { FrameSizeChanged, ToolOverdue, ToolRefusal } from './runTool.ts';
import { probeVideo, proveVideo, rewriteVideo, type VideoExtension, type VideoFacts } from './videoFile.ts';

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
    if (digest.bytes > limitBytes) throw tooLarge(uploadRefusals.filmBytes(limitBytes));
    return { ...facts, ...digest, ext, mime: mimeByExtension[ext] };
  } catch (error) {
    if (error instanceof ToolOverdue) throw tooLarge(uploadRefusals.slowFilm, error);
    if (error instanceof FrameSizeChanged)
      throw new Problem('unsupported-media', uploadRefusals.filmChangesSize, { cause: error });
    if (!(error instanceof ToolRefusal || error instanceof DamagedFile)) throw error;
    throw new Problem('unsupported-media', uploadRefusals.damagedFilm, { cause: error });
  }
}

function requireWithin(film: Omit<VideoFacts, 'coded'>): void {
  const refusal = refusalOfFilm(film);
  if (refusal !== undefined) throw tooLarge(refusal);
}

const tooLarge = (refusal: string, cause?: unknown): Problem => new Problem('too-large', refusal, { cause });
