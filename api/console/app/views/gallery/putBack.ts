/** Back to their places among those that are listed now, whatever the order of the list is. */
export function putBack<Item extends { id: string }>(
  listed: readonly Item[],
  before: readonly Item[],
  isBack: (id: string) => boolean,
): readonly Item[] {
  const now = [...listed];
  const known = new Set(now.map(({ id }) => id));
  const placeOf = (one: Item | undefined) => now.findIndex(({ id }) => id === one?.id);
  for (const [at, item] of before.entries()) {
    if (known.has(item.id) || !isBack(item.id)) continue;
    // What was before it is there by now, unless others took it away.
    const previous = placeOf(before.slice(0, at).findLast(({ id }) => known.has(id)));
    const next = placeOf(before.slice(at + 1).find(({ id }) => known.has(id)));
    now.splice(previous >= 0 ? previous + 1 : next >= 0 ? next : now.length, 0, item);
    known.add(item.id);
  }
  return now;
}
