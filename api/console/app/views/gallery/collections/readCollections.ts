import type { CollectionView } from '@star-graph/contract/assets/collections';
import { isInDiscord } from '../../../activity/inDiscord.ts';
import { api } from '../../../session/session.ts';

/** All of them: a person may have 200. */
export const readCollections = (signal?: AbortSignal): Promise<CollectionView[]> =>
  readAll(api.listCollections, signal);

/** All that they are in: a person may be in 200. A session from Discord sees none of them. */
export const readJoined = async (signal?: AbortSignal): Promise<CollectionView[]> =>
  isInDiscord ? [] : readAll(api.listJoinedCollections, signal);

async function readAll(list: typeof api.listCollections, signal?: AbortSignal): Promise<CollectionView[]> {
  const found: CollectionView[] = [];
  let cursor: string | null = null;
  do {
    const page: { items: CollectionView[]; nextCursor: string | null } = await list(
      { query: { limit: 100, ...(cursor !== null && { cursor }) } },
      signal ? { signal } : {},
    );
    found.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return found;
}

const perRequest = 200;

/** In as many requests as it needs; what is in it already stays. */
export async function addToCollection(id: string, ids: readonly string[]): Promise<void> {
  for (let from = 0; from < ids.length; from += perRequest)
    await api.addToCollection({ params: { id }, body: { ids: ids.slice(from, from + perRequest) } });
}

export async function takeFromCollection(id: string, ids: readonly string[]): Promise<void> {
  for (let from = 0; from < ids.length; from += perRequest)
    await api.takeFromCollection({ params: { id }, body: { ids: ids.slice(from, from + perRequest) } });
}
