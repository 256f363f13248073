import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { basename, dirname, extname, join, parse, resolve } from 'node:path';
import { Readable, Transform, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { AssetView } from '@star-graph/client/index';
import { findEnding, mediaKindOf } from '@star-graph/workflows/shared/mediaKinds';
import { LaunchFailure } from '../../launcher/failure.ts';

const downloadTimeoutMs = 10 * 60_000;

export interface SavedFile {
  /** Absolute. */
  path: string;
  asset: AssetView;
}

/** Where the outputs go: the asked-for file, numbered when there are several; else `<name>` in `dir`. */
export function planOutputFiles(
  assets: readonly Pick<AssetView, 'mime'>[],
  place: { dir: string; output: string | undefined; name: string },
): string[] {
  return assets.map(({ mime }, index) => {
    const ending = findEnding(mime);
    const asked = resolve(
      place.dir,
      place.output ?? (ending === undefined ? place.name : `${place.name}.${ending}`),
    );
    if (assets.length === 1) return asked;
    const { dir, name } = parse(asked);
    return join(dir, `${name}-${index + 1}${extname(asked)}`);
  });
}

/**
 * A warning that the file's name and content disagree: a program that relies on the name may refuse it. Undefined
 * when they agree, or the name claims nothing.
 */
export function describeMisnomer(path: string, { mime }: Pick<AssetView, 'mime'>): string | undefined {
  const [claimed, fitting] = [extname(path).slice(1).toLowerCase().replace('jpeg', 'jpg'), findEnding(mime)];
  if (claimed === '' || fitting === undefined || claimed === fitting) return undefined;
  return `What is in ${basename(path)} is ${fitting.toUpperCase()}: ${parse(path).name}.${fitting} would say so.`;
}

const saidCharacters = 60;

/** What fits its kind: its size in pixels, its length, how its words begin; and the size of its file. */
export function describeOutput(asset: AssetView): string {
  const { mime, width, height, durationMs, sound, text, bytes } = asset;
  const seconds = durationMs === undefined ? undefined : Math.round(durationMs / 100) / 10;
  return [
    ...(width > 0 ? [`${width} × ${height}`] : []),
    ...(seconds === undefined ? [] : [`${seconds} s`]),
    ...(sound && mediaKindOf(mime) === 'video' ? ['with sound'] : []),
    ...(text ? [quoteBeginning(text)] : []),
    bytes < 1_000_000 ? `${Math.ceil(bytes / 1_000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`,
  ].join(', ');
}

/** On one line, and without what moves a terminal's cursor. */
function quoteBeginning(text: string): string {
  const line = [...text.replace(/[\s\p{C}]+/gu, ' ').trim()];
  return `“${line.slice(0, saidCharacters).join('')}${line.length > saidCharacters ? '…' : ''}”`;
}

/**
 * Downloads an output whole, or not at all: the bytes must be those the platform named.
 * @throws LaunchFailure when they are not, or cannot be written.
 */
export async function saveOutput(asset: AssetView, path: string, signal: AbortSignal): Promise<SavedFile> {
  const unfinished = join(dirname(path), `.${asset.id}.unfinished`);
  try {
    await download(asset, signal, { open: () => createWriteStream(unfinished), end: true });
    await rename(unfinished, path);
    return { path, asset };
  } catch (error) {
    await rm(unfinished, { force: true });
    throw describeFault(error, path, signal);
  }
}

/** The same to a stream, which stays open. What arrives damaged was written all the same. */
export async function writeOutput(asset: AssetView, stream: Writable, signal: AbortSignal): Promise<void> {
  try {
    await download(asset, signal, { open: () => stream, end: false });
  } catch (error) {
    throw describeFault(error, 'The result', signal);
  }
}

async function download(
  asset: AssetView,
  signal: AbortSignal,
  destination: { open(): Writable; end: boolean },
): Promise<void> {
  const hash = createHash('sha256');
  const digest = new Transform({
    transform(chunk, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  const limit = AbortSignal.any([signal, AbortSignal.timeout(downloadTimeoutMs)]);
  const response = await fetch(asset.url, { signal: limit });
  if (!response.ok || !response.body) {
    throw new LaunchFailure(`The result could not be downloaded (status ${response.status}).`);
  }
  const { end } = destination;
  await pipeline(Readable.fromWeb(response.body), digest, destination.open(), { signal: limit, end });
  if (hash.digest('hex') !== asset.sha256) throw new LaunchFailure('The result arrived damaged. Try again.');
}

function describeFault(error: unknown, what: string, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  if (error instanceof LaunchFailure) return error;
  const { code } = error as NodeJS.ErrnoException;
  const reason = code === undefined ? 'the download broke off' : code;
  return new LaunchFailure(`${what} could not be written (${reason}).`, { cause: error });
}
