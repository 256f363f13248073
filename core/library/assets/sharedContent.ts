import type { Database } from '../../ground/db/connect.ts';
import { Asset } from '../../ground/db/models/asset.ts';
import { CollectionMember } from '../../ground/db/models/collection.ts';
import { Task } from '../../ground/db/models/task.ts';
import { findExtensionOfKey, shareKey } from '../../ground/storage/keys.ts';
import { type MediaExtension, mimeByExtension } from '../../ground/storage/mediaTypes.ts';
import type { Storage } from '../../ground/storage/storage.ts';
import { isPictureType } from '../../media/fileType.ts';
import { shownRule, shownTables } from '../../people/safety/shownInCollections.ts';
import { unknownAsset } from './assets.ts';
import { namePeople } from './collectionMembers.ts';
import type { OpenCollection } from './collections.ts';
import { type CopyDeps, storeSharedCopy } from './sharedCopy.ts';

/** An asset as the people of a collection see it. */
export interface SharedAsset {
  asset: Asset;
  /** Whose it is. */
  username: string | null;
  /** One's own, and those of people who show theirs. */
  prompt: string | undefined;
}

/** What everybody has put in, the newest first; `beforeId` continues a page. */
export async function listShared(
  database: Database,
  viewerId: string,
  open: OpenCollection,
  page: { limit: number; beforeId?: string },
): Promise<SharedAsset[]> {
  const query = Asset.query(database)
    .from(database.raw(`collection_assets FORCE INDEX (PRIMARY) ${shownTables}`))
    .select('assets.*')
    .where('collection_assets.collectionId', open.collection.id)
    .whereRaw(shownRule)
    .orderBy('collection_assets.assetId', 'desc')
    .limit(page.limit);
  const assets = await (page.beforeId === undefined
    ? query
    : query.where('collection_assets.assetId', '<', page.beforeId));
  const names = await namePeople(
    database,
    assets.map(({ userId }) => userId),
  );
  const prompts = await findPrompts(database, viewerId, open, assets);
  return assets.map((asset) => ({
    asset,
    username: names.get(asset.userId) ?? null,
    prompt: prompts.get(asset.id),
  }));
}

async function findPrompts(
  database: Database,
  viewerId: string,
  { collection }: OpenCollection,
  assets: readonly Asset[],
): Promise<ReadonlyMap<string, string>> {
  const open = await CollectionMember.query(database)
    .where({ collectionId: collection.id, showsPrompts: true })
    .select('userId');
  const showing = new Set([viewerId, ...open.map(({ userId }) => userId)]);
  if (collection.showsPrompts) showing.add(collection.userId);
  const shown = assets.filter(({ userId, taskId }) => taskId !== null && showing.has(userId));
  if (shown.length === 0) return new Map();
  const tasks = await Task.query(database)
    .findByIds(shown.flatMap(({ taskId }) => taskId ?? []))
    .select('id', 'params');
  const byTask = new Map(tasks.map(({ id, params }) => [id, params.prompt]));
  return new Map(
    shown.flatMap(({ id, taskId }) => {
      const prompt = byTask.get(taskId ?? '');
      return typeof prompt === 'string' ? [[id, prompt] as const] : [];
    }),
  );
}

/** A copy's link works for so long, also after its asset has left the collection, where an object store serves it. */
const copyLifeSeconds = 600;

/**
 * A link to what the people of a collection see of an asset: the copy that the holders of a share see, which tells
 * neither prompt nor place. It is made when it is first asked for, and the sweep removes it when no collection shows it.
 * @throws Problem `not-found`.
 */
export async function linkToShared(
  deps: CopyDeps & { database: Database; storage: Pick<Storage, 'open' | 'put' | 'stat' | 'signedUrl'> },
  { collection }: OpenCollection,
  assetId: string,
  signal: AbortSignal,
): Promise<{ url: string; mime: string }> {
  const { database, storage } = deps;
  const [asset] = await Asset.query(database)
    .from(database.raw(`collection_assets ${shownTables}`))
    .select('assets.*')
    .where({ 'collection_assets.collectionId': collection.id, 'collection_assets.assetId': assetId })
    .whereRaw(shownRule);
  const own = asset && findExtensionOfKey(asset.storageKey);
  if (!asset || own === undefined) throw unknownAsset();
  const ext: MediaExtension = isPictureType(own) ? 'webp' : own;
  const key = shareKey(asset.id, ext);
  if (!(await storage.stat(key)) && (await storeSharedCopy(deps, asset, asset.id, signal)) === undefined)
    throw unknownAsset();
  const mime = mimeByExtension[ext];
  return { url: await storage.signedUrl(key, { ttlSeconds: copyLifeSeconds, mime }), mime };
}
