interface Rated {
  id: string;
  rating: number;
  comparisons: number;
}

/** Elo's factor: what a single answer moves at most. */
const factor = 32;

/** What the better one wins and the other loses: the more, the less it was expected. */
export const eloChange = (better: number, worse: number): number =>
  Math.round(factor / (1 + 10 ** ((better - worse) / 400)));

/**
 * The one that was compared least, beside the nearest to it in rating, of which an answer tells most.
 * @param known pairs that are left out, as `first second` by their ids.
 */
export function choosePair(
  candidates: readonly Rated[],
  known: ReadonlySet<string>,
): [string, string] | undefined {
  const isKnown = (a: string, b: string) => known.has(a < b ? `${a} ${b}` : `${b} ${a}`);
  for (const one of candidates.toSorted((a, b) => a.comparisons - b.comparisons)) {
    const distance = (other: Rated) => Math.abs(other.rating - one.rating);
    const [nearest] = candidates
      .filter((other) => other.id !== one.id && !isKnown(one.id, other.id))
      .toSorted((a, b) => distance(a) - distance(b) || a.comparisons - b.comparisons);
    if (nearest) return [one.id, nearest.id];
  }
  return undefined;
}
