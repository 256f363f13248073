import type { ApiClient } from '@star-graph/client/client';
import { ClientProblem } from '@star-graph/client/clientProblem';
import type { Wish } from './wish.ts';
import { keyOfPrice } from './wishOf.ts';

/** What wishes cost, in their order; undefined is what would be refused. */
export interface Prices {
  costs: readonly (number | undefined)[];
  /** Credits that the person has. */
  available?: number;
  /** Why the first that is refused would be, or why nothing is known. */
  error?: unknown;
}

/** The same for wishes of one price. */
export const pricedAs = ({ workflow, params }: Wish): string => workflow + keyOfPrice(params);
/** One request for all of them. Those that differ in words and seeds alone are asked for once. */
export async function findPrices(
  { quoteEach }: Pick<ApiClient, 'quoteEach'>,
  wishes: readonly Wish[],
  signal: AbortSignal,
): Promise<Prices> {
  const distinct = new Map(wishes.map((wish) => [pricedAs(wish), wish]));
  const body = { items: [...distinct.values()].map(({ workflow, params }) => ({ workflow, params })) };
  const { available, items } = await quoteEach({ body }, { signal });
  const costs = new Map([...distinct.keys()].map((key, at) => [key, items[at]]));
  const problem = items.flatMap((item) => ('problem' in item ? item.problem : []))[0];
  return {
    costs: wishes.map((wish) => {
      const item = costs.get(pricedAs(wish));
      return item && 'cost' in item ? item.cost : undefined;
    }),
    available,
    ...(problem && { error: new ClientProblem(problem) }),
  };
}
