import { fillWildcards } from '@star-graph/workflows/translation/wildcards';
import { drawFrom, linesOf } from '../draft/wildcards.ts';
import type { Wish } from '../wish.ts';

/** The same lines of the operator's lists in all of them: pictures of one grid differ in what is compared alone. */
export function fillAlike(wishes: readonly Wish[]): Wish[] {
  const chances: number[] = [];
  return wishes.map((wish) => {
    let place = 0;
    const draw = (count: number) => {
      const chance = chances[place] ?? Math.random();
      chances[place++] = chance;
      return drawFrom(count, chance);
    };
    const { prompt } = wish.params;
    if (typeof prompt !== 'string') return wish;
    return { ...wish, params: { ...wish.params, prompt: fillWildcards(prompt, linesOf, draw) } };
  });
}
