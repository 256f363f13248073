import { useMemo, useRef, useState } from 'preact/hooks';

export interface Selection {
  ids: ReadonlySet<string>;
  /** @param reaches whether all between the last choice and this one are chosen with it */
  toggle(id: string, reaches: boolean): void;
  choose(ids: Iterable<string>): void;
  clear(): void;
}

const none: ReadonlySet<string> = new Set();

/** Which of the listed ones are chosen. What leaves the list is no longer chosen. */
export function useSelection(listed: readonly { id: string }[]): Selection {
  const [chosen, setChosen] = useState(none);
  const anchor = useRef<string>(undefined);
  const known = useRef(listed);
  known.current = listed;
  const ids = useMemo(() => {
    if (chosen.size === 0) return none;
    return new Set(listed.flatMap(({ id }) => (chosen.has(id) ? [id] : [])));
  }, [chosen, listed]);
  const ways = useMemo(
    () => ({
      toggle(id: string, reaches: boolean) {
        const place = (wanted: string | undefined) => known.current.findIndex((each) => each.id === wanted);
        const [from, to] = [place(anchor.current), place(id)];
        anchor.current = id;
        setChosen((last) => {
          const next = new Set(last);
          if (reaches && from >= 0) {
            const range = known.current.slice(Math.min(from, to), Math.max(from, to) + 1);
            for (const each of range) next.add(each.id);
          } else if (!next.delete(id)) next.add(id);
          return next;
        });
      },
      choose: (wanted: Iterable<string>) => setChosen(new Set(wanted)),
      clear() {
        anchor.current = undefined;
        setChosen(none);
      },
    }),
    [],
  );
  return useMemo(() => ({ ids, ...ways }), [ids, ways]);
}
