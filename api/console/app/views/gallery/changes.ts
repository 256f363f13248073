import type { ListedAssetView } from '@star-graph/contract/assets/assetList';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { describeProblem } from '../../data/problemText.ts';
import type { Pages } from '../../data/usePages.ts';
import { api } from '../../session/session.ts';
import { putBack } from './putBack.ts';
import { texts } from './texts.ts';

export type ChangeItems = Pages<ListedAssetView>['change'];

/** As many as one request takes. */
const perRequest = 200;

export const sayProblem = (error: unknown): void => {
  showToast({ tone: 'bad', text: describeProblem(error) });
};

/** As the server lists them: ids grow with time. */
const byAge = (a: ListedAssetView, b: ListedAssetView) => (a.id < b.id ? 1 : -1);

/** Those that are not there yet come to their places. */
export const mergeItems = (
  items: readonly ListedAssetView[],
  more: readonly ListedAssetView[],
): readonly ListedAssetView[] => {
  const known = new Set(items.map(({ id }) => id));
  const fresh = more.filter(({ id }) => !known.has(id));
  return fresh.length === 0 ? items : [...items, ...fresh].toSorted(byAge);
};

/** As many requests as it takes, one after the other. */
export async function inBatches(
  ids: readonly string[],
  send: (request: { body: { ids: string[] } }) => Promise<{ ids: string[] }>,
): Promise<string[]> {
  const found: string[] = [];
  for (let from = 0; from < ids.length; from += perRequest)
    found.push(...(await send({ body: { ids: ids.slice(from, from + perRequest) } })).ids);
  return found;
}

/** Gone from view at once; a toast takes it back. What the server did not delete comes back by itself. */
export async function deleteItems(items: readonly ListedAssetView[], change: ChangeItems): Promise<void> {
  const ids = items.map(({ id }) => id);
  const gone = new Set(ids);
  let before: readonly ListedAssetView[] = [];
  const restore = (back: ReadonlySet<string>) =>
    change((last) => putBack(last, before, (id) => back.has(id)));
  change((last) => {
    before = last;
    return last.filter(({ id }) => !gone.has(id));
  });
  try {
    await inBatches(ids, api.deleteAssets);
  } catch (error) {
    restore(gone);
    sayProblem(error);
    return;
  }
  const undo = async () => {
    try {
      const restored = new Set(await inBatches(ids, api.restoreAssets));
      restore(restored);
      const lost = ids.length - restored.size;
      if (lost > 0) showToast({ tone: 'bad', text: texts.notRestored(lost) });
    } catch (error) {
      sayProblem(error);
    }
  };
  showToast({
    text: texts.deleted(ids.length),
    action: { label: texts.undo, onAction: () => void undo() },
  });
}

/** Uploads do not expire, so only results are favourites. */
export const mayBeFavourite = ({ kind }: Pick<ListedAssetView, 'kind'>): boolean => kind === 'output';

const mark = (change: ChangeItems, id: string, isFavourite: boolean) =>
  change((items) =>
    items.map((item) => {
      if (item.id !== id) return item;
      const { favourite: _before, ...rest } = item;
      return isFavourite ? { ...rest, favourite: true } : rest;
    }),
  );

/** Shown at once, and taken back where the server refuses it. */
export async function setFavourites(
  items: readonly ListedAssetView[],
  isFavourite: boolean,
  change: ChangeItems,
): Promise<void> {
  const wanted = items.filter((item) => mayBeFavourite(item) && (item.favourite === true) !== isFavourite);
  for (const { id } of wanted) mark(change, id, isFavourite);
  for (const [at, { id }] of wanted.entries()) {
    try {
      await (isFavourite ? api.keepFavourite : api.dropFavourite)({ params: { id } });
    } catch (error) {
      for (const rest of wanted.slice(at)) mark(change, rest.id, !isFavourite);
      sayProblem(error);
      return;
    }
  }
}
