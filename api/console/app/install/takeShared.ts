import { nameHeader, sharedCache, sharedEntry } from './sharedEntry.ts';

/** What the share sheet brought, once: of two pages that ask, the one whose delete succeeds has it. */
export async function takeShared(): Promise<File | undefined> {
  if (!('caches' in globalThis)) return undefined;
  const cache = await caches.open(sharedCache);
  const kept = await cache.match(sharedEntry);
  if (!kept) return undefined;
  const picture = await kept.blob();
  if (!(await cache.delete(sharedEntry))) return undefined;
  const name = decodeURIComponent(kept.headers.get(nameHeader) ?? '');
  return new File([picture], name || 'picture', { type: kept.headers.get('content-type') ?? picture.type });
}
