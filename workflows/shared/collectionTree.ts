/** Collections lie in collections, like folders. */
export interface PlacedCollection {
  id: string;
  /** Absent or null: it lies in none. */
  parentId?: string | null | undefined;
}

/** From an outermost collection down to an innermost one. */
export const mostCollectionDepth = 5;

/** From the outermost down to the named one; empty for none. */
export function pathTo<Placed extends PlacedCollection>(
  all: readonly Placed[],
  id: string | null | undefined,
): Placed[] {
  const path: Placed[] = [];
  for (let next = id; ; ) {
    const found = all.find((one) => one.id === next);
    if (!found || path.includes(found)) return path;
    path.unshift(found);
    next = found.parentId;
  }
}

/** It and all that lie in it, at any depth. */
export const listWithin = <Placed extends PlacedCollection>(all: readonly Placed[], id: string): Placed[] =>
  all.filter((one) => pathTo(all, one.id).some((step) => step.id === id));

/** Why it cannot lie there, if it cannot: in itself, or too deep. */
export function findPlaceFault(
  all: readonly PlacedCollection[],
  id: string,
  parentId: string | null,
): 'itself' | 'depth' | undefined {
  const above = pathTo(all, parentId);
  if (above.some((step) => step.id === id)) return 'itself';
  const own = pathTo(all, id).length;
  const deepest = Math.max(own, ...listWithin(all, id).map((one) => pathTo(all, one.id).length));
  return above.length + 1 + deepest - own > mostCollectionDepth ? 'depth' : undefined;
}
