import { refusalOfSound, uploadRefusals } from '@star-graph/workflows/shared/uploadRules';
import { Problem } from '../../ground/errors.ts';
import { type MediaMime, mimeByExtension } from '../../ground/storage/mediaTypes.ts';
import { digestFile } from '../digestFile.ts';
import { withFilmTurn } from './filmTurns.ts';
import { ToolOverdue, ToolRefusal } from './runTool.ts';
import { probeSound, proveSound, rewriteSound, type SoundExtension, type SoundFacts } from './videoFile.ts';

/** One processor decodes the longest sound in a few seconds. */
const checkTimeoutMs = 60_000;

interface CleanedSound {
  mime: MediaMime;
  ext: SoundExtension;
  /** It has none. */
  width: 0;
  height: 0;
  frames: null;
  durationMs: number;
  sound: SoundFacts;
  waveform: string;
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
 * Checks a sound by decoding all of it, when it is the person's turn, and copies it alone into `target`: covers, tags
 * and further tracks are left behind.
 * @throws Problem `unsupported-media` for a damaged file; `too-large` for one beyond the limits; `unavailable` and
 * `quota-exceeded` where its turn does not come.
 */
export const cleanUploadedSound = (
  file: string,
  target: string,
  ext: SoundExtension,
  options: CleanOptions,
): Promise<CleanedSound> =>
  withFilmTurn(options.personId, () => checkAndCopy(file, target, ext, options), options.signal);

async function checkAndCopy(
  file: string,
  target: string,
  ext: SoundExtension,
  { limitBytes, signal }: CleanOptions,
): Promise<CleanedSound> {
  const options = { signal, checkTimeoutMs };
  try {
    requireWithin(await probeSound(file, ext, options));
    await rewriteSound(file, target, ext, '', options);
    // Of what is kept, so that no header that was left behind can lie about it.
    const facts = await probeSound(target, ext, options);
    requireWithin(facts);
    const waveform = await proveSound(target, ext, facts, options);
    const digest = await digestFile(target);
    if (digest.bytes > limitBytes) throw tooLarge(uploadRefusals.bytes(limitBytes));
    return {
      ...facts,
      waveform,
      width: 0,
      height: 0,
      frames: null,
      ...digest,
      ext,
      mime: mimeByExtension[ext],
    };
  } catch (error) {
    if (error instanceof ToolOverdue) throw tooLarge(uploadRefusals.slowSound, error);
    if (!(error instanceof ToolRefusal)) throw error;
    throw new Problem('unsupported-media', uploadRefusals.damagedSound, { cause: error });
  }
}

function requireWithin({ durationMs, sound: { channels } }: { durationMs: number; sound: SoundFacts }): void {
  const refusal = refusalOfSound({ durationMs, channels });
  if (refusal !== undefined) throw tooLarge(refusal);
}

const tooLarge = (refusal: string, cause?: unknown): Problem => new Problem('too-large', refusal, { cause });
