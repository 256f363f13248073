import { invariant } from '../errors.ts';
import { isId } from '../runtime/ids.ts';
import { isMediaExtension, type MediaExtension, type MediaMime, mimeByExtension } from './mediaTypes.ts';

/**
 * Two segments at least (folder and name), none starting with a dot: no traversal, no hidden file. The alphabet is
 * what every S3-compatible server lists correctly; 200 characters are what the database's columns hold.
 */
const keyPattern = /^[a-z0-9_-][a-z0-9._-]*(\/[a-z0-9_-][a-z0-9._-]*)+$/;
const longestKey = 200;

export function isStorageKey(text: string): boolean {
  return text.length <= longestKey && keyPattern.test(text);
}

/**
 * Content-addressed: a collect that is repeated after a crash writes the same object again. All tasks share 256 folders:
 * a folder of its own would have to be made durable for each.
 */
export function outputKey(taskId: string, sha256: string, ext: MediaExtension): string {
  return requireKey(`outputs/${sha256.slice(0, 2)}/${taskId}-${sha256}.${ext}`);
}

const idLength = 36;

/** The id of the task that an output's key is made of; undefined for other keys. Older keys have it as their folder. */
export function findOutputOwner(key: string): string | undefined {
  const [kind, folder = '', name = ''] = key.split('/');
  if (kind !== 'outputs') return undefined;
  return [folder, name.slice(0, idLength)].find(isId);
}

/** Content-addressed within the user: the same picture uploaded twice takes its room once. */
export function inputKey(userId: string, sha256: string, ext: MediaExtension): string {
  return requireKey(`inputs/${userId}/${sha256}.${ext}`);
}

export const thumbnailPrefix = 'thumbnails/';

export function thumbnailKey(assetId: string): string {
  return requireKey(`${thumbnailPrefix}${assetId}.webp`);
}

/** The id of the asset that a thumbnail's key is made of; undefined for other keys. */
export function findThumbnailOwner(key: string): string | undefined {
  const id = key.startsWith(thumbnailPrefix) ? key.slice(thumbnailPrefix.length).replace(/\.webp$/, '') : '';
  return isId(id) ? id : undefined;
}

export const sharePrefix = 'shares/';

/**
 * The copy that the holders of a link see; of a film its first frame too, as a picture. What a collection's members see
 * has the id of its asset.
 */
export function shareKey(shareId: string, ext: MediaExtension): string {
  return requireKey(`${sharePrefix}${shareId}.${ext}`);
}

/** The id of the share, or of the asset, that a key is made of; undefined for other keys. */
export function findShareOwner(key: string): string | undefined {
  const id = key.startsWith(sharePrefix) ? key.slice(sharePrefix.length, sharePrefix.length + idLength) : '';
  return isId(id) ? id : undefined;
}

/** Undefined for one that stands for no media type. */
export function findExtensionOfKey(key: string): MediaExtension | undefined {
  const ext = key.slice(key.lastIndexOf('.') + 1);
  return isMediaExtension(ext) ? ext : undefined;
}

/** The media type of a key's extension. */
export function findMimeOfKey(key: string): MediaMime | undefined {
  const ext = findExtensionOfKey(key);
  return ext && mimeByExtension[ext];
}

/** Keys are made by this platform, never by a person: a bad one is a bug, found before a path is built from it. */
export function requireKey(key: string): string {
  invariant(isStorageKey(key), `not a storage key: ${JSON.stringify(key.slice(0, longestKey))}`);
  return key;
}

export function requireMimeOfKey(key: string, mime?: string): MediaMime {
  const mimeOfKey = findMimeOfKey(requireKey(key));
  invariant(mimeOfKey !== undefined, `the key's extension stands for no media type: ${key}`);
  invariant(mime === undefined || mime === mimeOfKey, `the key ${key} does not fit the type ${mime}`);
  return mimeOfKey;
}

/** A prefix of whole segments: empty for everything, else ending in `/`. */
export function requirePrefix(prefix: string): string {
  invariant(prefix === '' || (prefix.endsWith('/') && isStorageKey(`${prefix}x`)), `not a prefix: ${prefix}`);
  return prefix;
}
