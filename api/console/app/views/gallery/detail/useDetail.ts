import type { ListedAssetView } from '@star-graph/contract/assets/assetList';
import type { AssetView } from '@star-graph/contract/assets/assets';
import type { TaskView } from '@star-graph/contract/tasks/tasks';
import { type MediaKind, mediaKindOf } from '@star-graph/workflows/shared/mediaKinds';
import { useEffect } from 'preact/hooks';
import { type Pages, usePages } from '../../../data/usePages.ts';
import { type LoadedResource, useResource } from '../../../data/useResource.ts';
import { api } from '../../../session/session.ts';
import { type FileSettings, readFileSettings } from '../../create/pictures/fileSettings.ts';

/** A picture that is not in the list that is loaded: opened by its address. */
export interface OpenedAsset extends AssetView {
  media: MediaKind;
  createdAt?: string;
  task?: ListedAssetView['task'];
}

/** What made it, and what that was given. */
export interface Making {
  task?: TaskView;
  /** What an upload's own file says of that. */
  said?: FileSettings;
  parents: AssetView[];
}

const isGone = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'not-found';

export const useAsset = (id: string, listed: ListedAssetView | undefined): LoadedResource<OpenedAsset> =>
  useResource<OpenedAsset>(
    async (signal) => {
      if (listed) return listed;
      const asset = await api.getAsset({ params: { id } }, { signal });
      return { ...asset, media: mediaKindOf(asset.mime) };
    },
    [id, listed],
  );

/** The task that made these bytes, whichever copy of them this is, with the pictures that it was given. */
export const useMaking = (asset: OpenedAsset | undefined): LoadedResource<Making> =>
  useResource<Making>(
    async (signal) => {
      if (!asset) return { parents: [] };
      const said = asset.kind === 'input' ? await readStored(asset, signal) : undefined;
      if (said && said.program !== 'Star-Graph') return { said, parents: [] };
      // Nothing is known of an upload that says nothing.
      if (asset.kind === 'input' && !said) return { parents: [] };
      const task = await findTask(asset, signal);
      if (!task) return { parents: [] };
      const found = await Promise.all(assetIdsIn(task.params).map((each) => findAsset(each, signal)));
      return { task, parents: found.filter((one) => one !== undefined) };
    },
    [asset?.id],
  );

/** A file that does not come is shown without its words. */
async function readStored(
  { url, mime }: OpenedAsset,
  signal: AbortSignal,
): Promise<FileSettings | undefined> {
  if (!mime.startsWith('image/')) return undefined;
  try {
    return await readFileSettings(await (await fetch(url, { signal })).blob());
  } catch (error) {
    signal.throwIfAborted();
    console.warn('settings', error);
    return undefined;
  }
}

/** Results that it was given for, the newest first. */
export function useChildren(id: string): Pages<ListedAssetView> {
  const pages = usePages<ListedAssetView>(
    async (page, signal) => {
      try {
        const query = { ...page, limit: 24 };
        return await api.listAssetChildren({ params: { id }, query }, { signal });
      } catch (error) {
        if (isGone(error)) return { items: [] };
        throw error;
      }
    },
    [id],
    { empties: true },
  );
  const { items, state, hasMore, loadMore } = pages;
  // A page looks at some thousands of results, and may find none before the last.
  useEffect(() => {
    if (state === 'ready' && items.length === 0 && hasMore) loadMore();
  }, [state, items, hasMore, loadMore]);
  return pages;
}

async function findTask(
  { id, kind, createdAt, task }: OpenedAsset,
  signal: AbortSignal,
): Promise<TaskView | undefined> {
  try {
    // A list tells of each result whether its task is still stored.
    if (kind === 'output' && createdAt !== undefined && !task) return undefined;
    if (task) return await api.getTask({ params: { id: task.id } }, { signal });
    const { taskId, recorded } = await api.getAssetOrigin({ params: { id } }, { signal });
    return recorded ? await api.getTask({ params: { id: taskId } }, { signal }) : undefined;
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

/** An input may be deleted by now. */
async function findAsset(id: string, signal: AbortSignal): Promise<AssetView | undefined> {
  try {
    return await api.getAsset({ params: { id } }, { signal });
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

const idPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The pictures among the parameters, the chief one first: masks stand after what they cover. */
export function assetIdsIn(params: Readonly<Record<string, unknown>>): string[] {
  const ids = new Set<string>();
  const collect = (value: unknown): void => {
    if (typeof value === 'string' && idPattern.test(value)) ids.add(value);
    else if (Array.isArray(value)) for (const each of value) collect(each);
    else if (typeof value === 'object' && value !== null)
      for (const each of Object.values(value)) collect(each);
  };
  const { mask, ...others } = params;
  collect(others);
  collect(mask);
  return [...ids];
}
