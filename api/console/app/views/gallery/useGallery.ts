import type { ListedAssetView } from '@star-graph/contract/assets/assetList';
import { useEffect, useRef, useState } from 'preact/hooks';
import { onEvent } from '../../data/live.ts';
import { type Pages, usePages } from '../../data/usePages.ts';
import { api } from '../../session/session.ts';
import { mergeItems } from './changes.ts';
import { type GalleryFilter, startOfMonth } from './galleryFilter.ts';

export interface Gallery {
  pages: Pages<ListedAssetView>;
  /** New since the list was loaded, and not in it yet: nothing moves beneath a person's eyes. */
  fresh: readonly ListedAssetView[];
  showFresh(): void;
  /** For what this page has added itself. */
  showNew(): void;
}

const pageSize = 100;

/** Everything that a person has, from every door, and what comes while it is open. */
export function useGallery(filter: GalleryFilter): Gallery {
  const { key, collection } = filter;
  const { until, ...rest } = filter.query;
  const query = {
    ...rest,
    ...(until !== undefined && { to: startOfMonth(until, 1).toISOString() }),
    ...(collection !== undefined && { collection }),
  };
  const pages = usePages<ListedAssetView>(
    (page, signal) => api.listAssets({ query: { ...query, ...page, limit: pageSize } }, { signal }),
    [key, collection],
    { empties: true },
  );
  const [fresh, setFresh] = useState<readonly ListedAssetView[]>([]);
  const listed = useRef(pages.items);
  listed.current = pages.items;
  const { sort } = filter.query;
  useEffect(() => {
    setFresh([]);
    // In other orders what is new has its place anywhere.
    if (sort !== undefined) return;
    let abort = new AbortController();
    const end = onEvent(({ type }) => {
      if (type !== 'task_completed') return;
      abort.abort();
      abort = new AbortController();
      const { signal } = abort;
      api.listAssets({ query: { ...query, limit: pageSize } }, { signal }).then(
        ({ items }) => {
          if (signal.aborted) return;
          const newest = listed.current[0]?.id ?? '';
          setFresh(items.filter(({ id }) => id > newest));
        },
        // The next result, or the next visit, asks again.
        () => {},
      );
    });
    return () => {
      end();
      abort.abort();
    };
  }, [key, collection]);
  const showFresh = () => {
    pages.change((items) => mergeItems(items, fresh));
    setFresh([]);
  };
  const showNew = () => {
    if (sort !== undefined) return pages.reload();
    api.listAssets({ query: { ...query, limit: pageSize } }).then(
      ({ items: newest }) => {
        const top = listed.current[0]?.id ?? '';
        pages.change((items) =>
          mergeItems(
            items,
            newest.filter(({ id }) => id > top),
          ),
        );
      },
      // The next visit asks again.
      () => {},
    );
  };
  const isEmpty = pages.state === 'ready' && pages.items.length === 0;
  useEffect(() => {
    if (isEmpty && fresh.length > 0) showFresh();
  }, [isEmpty, fresh]);
  return { pages, fresh, showFresh, showNew };
}
