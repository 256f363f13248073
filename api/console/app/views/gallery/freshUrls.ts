import { useCallback, useRef } from 'preact/hooks';
import { api } from '../../session/session.ts';
import type { ChangeItems } from './changes.ts';

/** A list that stays open for more than an hour asks for new links, once for each picture that does not come. */
export function useFreshUrls(change: ChangeItems): (id: string) => void {
  const asked = useRef(new Set<string>());
  return useCallback(
    (id: string) => {
      if (asked.current.has(id)) return;
      asked.current.add(id);
      api.getAsset({ params: { id } }).then(
        ({ url, thumbnailUrl }) =>
          change((items) =>
            items.map((item) =>
              item.id === id ? { ...item, url, ...(thumbnailUrl !== undefined && { thumbnailUrl }) } : item,
            ),
          ),
        // Its place stays empty, and its details say what happened.
        () => {},
      );
    },
    [change],
  );
}
