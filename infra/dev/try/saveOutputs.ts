import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { dirname, extname, join, parse, resolve } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { AssetView } from '@star-graph/api/contract/assets';
import { LaunchFailure } from '../failure.ts';

const downloadTimeoutMs = 10 * 60_000;

const extensions: Readonly<Record<string, string>> = {
  'image/png': '.png',
  'image/jpeg': '.jpg',
  'image/webp': '.webp',
  'image/gif': '.gif',
  'video/mp4': '.mp4',
  'video/webm': '.webm',
};

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
    const extension = extensions[mime] ?? '';
    const asked = resolve(place.dir, place.output ?? `${place.name}${extension}`);
    if (assets.length === 1) return asked;
    const { dir, name } = parse(asked);
    return join(dir, `${name}-${index + 1}${extname(asked)}`);
  });
}

/**
 * Downloads an output whole, or not at all: the bytes must be those the platform named.
 * @throws LaunchFailure when they are not, or cannot be written.
 */
export async function saveOutput(asset: AssetView, path: string, signal: AbortSignal): Promise<SavedFile> {
  const unfinished = join(dirname(path), `.${asset.id}.unfinished`);
  const hash = createHash('sha256');
  const digest = new Transform({
    transform(chunk, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  try {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(downloadTimeoutMs)]);
    const response = await fetch(asset.url, { signal: limit });
    if (!response.ok || !response.body) {
      throw new LaunchFailure(`The result could not be downloaded (status ${response.status}).`);
    }
    await pipeline(Readable.fromWeb(response.body), digest, createWriteStream(unfinished), { signal: limit });
    if (hash.digest('hex') !== asset.sha256)
      throw new LaunchFailure('The result arrived damaged. Try again.');
    await rename(unfinished, path);
    return { path, asset };
  } catch (error) {
    await rm(unfinished, { force: true });
    signal.throwIfAborted();
    if (error instanceof LaunchFailure) throw error;
    const { code } = error as NodeJS.ErrnoException;
    const reason = code === undefined ? 'the download broke off' : code;
    throw new LaunchFailure(`${path} could not be written (${reason}).`, { cause: error });
  }
}
