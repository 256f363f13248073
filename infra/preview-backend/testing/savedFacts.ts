import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { probeFilm, readFrames } from '../files/loadFilm.ts';
import type { BackendClient, FinishedRun } from './backendClient.ts';

/** What a saved file is, by what decoding it gives. */
export interface SavedFacts {
  width: number;
  height: number;
  /** Of a picture, 4 where it has alpha. */
  channels?: number;
  frames?: number;
  fps?: number;
  sound?: { seconds: number; rate: number; channels: number };
}

/** The facts of every file of a run, in their order. Throws what the run failed of. */
export async function readSaved(client: BackendClient, run: FinishedRun): Promise<SavedFacts[]> {
  if (run.status.status_str !== 'success') throw new Error(JSON.stringify(run.status.messages.at(-1)));
  const files = Object.values(run.outputs).flatMap((output) => output.images ?? []);
  return Promise.all(
    files.map(async (file) => {
      const bytes = await client.fetchFile(file);
      return /\.(mp4|mkv|webm)$/.test(file.filename) ? readFilm(bytes) : readPicture(bytes);
    }),
  );
}

async function readPicture(bytes: Buffer): Promise<SavedFacts> {
  // sharp decodes every pixel for its statistics.
  await sharp(bytes).stats();
  const { width = 0, pageHeight, height = 0, channels = 0, pages } = await sharp(bytes).metadata();
  return { width, height: pageHeight ?? height, channels, ...(pages !== undefined && { frames: pages }) };
}

async function readFilm(bytes: Buffer): Promise<SavedFacts> {
  const directory = await mkdtemp(join(tmpdir(), 'saved-film-'));
  try {
    const path = join(directory, 'film');
    await writeFile(path, bytes);
    const { signal } = new AbortController();
    const facts = await probeFilm(path, signal);
    let frames = 0;
    for await (const _ of readFrames(path, facts, signal)) frames += 1;
    const { width, height, fps, sound } = facts;
    if (!sound) return { width, height, frames, fps };
    const { seconds, rate, channels } = sound;
    return { width, height, frames, fps, sound: { seconds, rate, channels } };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
