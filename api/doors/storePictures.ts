import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { uploadAsset } from '@star-graph/core/library/assets/uploadAsset';
import type { BrightMask } from '@star-graph/core/media/images/brightMask';
import { maskOfAlpha, maskOfBrightness } from '@star-graph/core/media/pictures';
import type { PersonCaller } from '@star-graph/core/people/identity/caller';
import { measureUpload } from '../routes/assets/measureUpload.ts';
import type { DoorDeps } from './doorDeps.ts';

/** Pictures that came with a request, as files of this machine. */
export interface SentPictures {
  images: readonly { path: string; sha256: string }[];
  /** Transparent where the picture is drawn anew, unless it says so by its brightness. */
  mask: ({ path: string; sha256: string } & Partial<Pick<BrightMask, 'isInverted'>>) | undefined;
}

/** The same as assets of their person. */
export interface StoredPictures {
  imageIds: readonly string[];
  maskId: string | undefined;
}

/** @throws Problem everything that `uploadAsset` and `maskOfAlpha` throw. */
export async function storePictures(
  deps: DoorDeps,
  caller: PersonCaller,
  { images, mask }: SentPictures,
  signal: AbortSignal,
): Promise<StoredPictures> {
  const store = async (stream: Readable, isMask = false) =>
    (await measureUpload(() => uploadAsset(deps, caller.account.id, stream, signal, { isMask }))).id;
  // Before anything is stored: it may be refused.
  const drawn = mask && (await readMask(deps, mask, images[0]));
  const imageIds: string[] = [];
  for (const { path } of images) imageIds.push(await store(createReadStream(path)));
  return { imageIds, maskId: drawn && (await store(Readable.from([drawn]), true)) };
}

function readMask(
  { uploads: { mostPixels } }: Pick<DoorDeps, 'uploads'>,
  { path, isInverted }: NonNullable<SentPictures['mask']>,
  picture: { path: string } | undefined,
): Promise<Buffer> {
  if (isInverted === undefined || !picture) return maskOfAlpha(path, { mostPixels });
  return maskOfBrightness({ path, isInverted }, picture.path, { mostPixels });
}
