import { refusalOfFilm, refusalOfSound, uploadRefusals } from '@star-graph/workflows/shared/uploadRules';
import { Problem } from '../../ground/errors.ts';
import { type MediaExtension, type MediaMime, mimeByExtension } from '../../ground/storage/mediaTypes.ts';
import { digestFile } from '../digestFile.ts';
import { formatProvenance } from '../metadata/provenance.ts';
import { DamagedFile } from '../metadata/rewrittenFile.ts';
import { readProvenance } from '../readProvenance.ts';
import { withFilmTurn } from './filmTurns.ts';
import { FrameSizeChanged, ToolOverdue, ToolRefusal } from './runTool.ts';
import {
  probeSound,
  probeVideo,
  proveSound,
  proveVideo,
  rewriteSound,
  rewriteVideo,
  type SoundExtension,
  type SoundFacts,
  type VideoExtension,
  type VideoFacts,
} from './videoFile.ts';

interface CleanOptions {
  /** Who sent it. */
  personId: string;
  limitBytes: number;
  signal: AbortSignal;
}

interface CleanFile<Ext extends MediaExtension> {
  mime: MediaMime;
  ext: Ext;
  bytes: number;
  sha256: string;
}

interface CleanedSound extends CleanFile<SoundExtension> {
  /** It has none. */
  width: 0;
  height: 0;
  frames: null;
  durationMs: number;
  sound: SoundFacts;
  waveform: string;
}

type CleanedVideo = Omit<VideoFacts, 'coded'> & CleanFile<VideoExtension>;

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
): Promise<CleanedVideo> => {
  const { slowFilm: slow, damagedFilm: damaged, filmBytes: bytes } = uploadRefusals;
  const words = { slow, damaged, bytes };
  // One processor decodes the longest film in less.
  return cleanInTurn({ target, ext, words, checkTimeoutMs: 120_000 }, options, async (tools) => {
    const sent = await probeVideo(file, ext, tools);
    refuse(refusalOfFilm(sent));
    await proveVideo(file, ext, sent, tools);
    const provenance = await readProvenance(file, tools);
    await rewriteVideo(file, target, ext, provenance ? formatProvenance(provenance) : '', tools);
    // Of what is kept, so that no header that was left behind can lie about it.
    const { coded: _coded, ...facts } = await probeVideo(target, ext, tools);
    refuse(refusalOfFilm(facts));
    return facts;
  });
};

/**
 * The same for a sound, which is copied alone: covers, tags and further tracks are left behind.
 * @throws Problem
 */
export const cleanUploadedSound = (
  file: string,
  target: string,
  ext: SoundExtension,
  options: CleanOptions,
): Promise<CleanedSound> => {
  const { slowSound: slow, damagedSound: damaged, bytes } = uploadRefusals;
  const words = { slow, damaged, bytes };
  // One processor decodes the longest sound in a few seconds.
  return cleanInTurn({ target, ext, words, checkTimeoutMs: 60_000 }, options, async (tools) => {
    const refusalOf = ({ durationMs, sound: { channels } }: { durationMs: number; sound: SoundFacts }) =>
      refusalOfSound({ durationMs, channels });
    refuse(refusalOf(await probeSound(file, ext, tools)));
    await rewriteSound(file, target, ext, '', tools);
    const facts = await probeSound(target, ext, tools);
    refuse(refusalOf(facts));
    const waveform = await proveSound(target, ext, facts, tools);
    return { ...facts, waveform, width: 0, height: 0, frames: null };
  });
};

interface Cleaning<Ext> {
  target: string;
  ext: Ext;
  checkTimeoutMs: number;
  words: { slow: string; damaged: string; bytes(limitBytes: number): string };
}

/** @param copy checks the file, writes its clean copy to `target`, and tells what that is. */
const cleanInTurn = <Ext extends MediaExtension, Facts>(
  { target, ext, checkTimeoutMs, words }: Cleaning<Ext>,
  { personId, limitBytes, signal }: CleanOptions,
  copy: (tools: { signal: AbortSignal; checkTimeoutMs: number }) => Promise<Facts>,
): Promise<Facts & CleanFile<Ext>> => {
  const cleanNow = async () => {
    try {
      const facts = await copy({ signal, checkTimeoutMs });
      const digest = await digestFile(target);
      if (digest.bytes > limitBytes) refuse(words.bytes(limitBytes));
      return { ...facts, ...digest, ext, mime: mimeByExtension[ext] };
    } catch (error) {
      if (error instanceof ToolOverdue) throw new Problem('too-large', words.slow, { cause: error });
      if (error instanceof FrameSizeChanged)
        throw new Problem('unsupported-media', uploadRefusals.filmChangesSize, { cause: error });
      if (!(error instanceof ToolRefusal || error instanceof DamagedFile)) throw error;
      throw new Problem('unsupported-media', words.damaged, { cause: error });
    }
  };
  return withFilmTurn(personId, cleanNow, signal);
};

function refuse(refusal: string | undefined): void {
  if (refusal !== undefined) throw new Problem('too-large', refusal);
}
