import { isInDiscord } from '../activity/inDiscord.ts';
import { nameHeader, sharedCache } from './sharedEntry.ts';

/** A picture that the share sheet brought, under the name of its entry. */
export interface SharedPicture {
  entry: string;
  file: File;
}

/** What waits, in the order in which it came. It stays until it is dropped. */
export async function readShared(): Promise<SharedPicture[]> {
  // Nothing is shared with a page in Discord, and some browsers keep its caches closed.
  if (isInDiscord || !('caches' in globalThis) || !(await caches.has(sharedCache))) return [];
  const cache = await caches.open(sharedCache);
  const found = await Promise.all(
    (await cache.keys()).map(async ({ url }) => {
      const kept = await cache.match(url);
      if (!kept) return [];
      const picture = await kept.blob();
      const name = decodeURIComponent(kept.headers.get(nameHeader) ?? '') || 'picture';
      const type = kept.headers.get('content-type') ?? picture.type;
      return [{ entry: url, file: new File([picture], name, { type }) }];
    }),
  );
  return found.flat();
}

export async function dropShared(entry: string): Promise<void> {
  await (await caches.open(sharedCache)).delete(entry);
}
