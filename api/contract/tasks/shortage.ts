import type { QuoteView } from './generate.ts';

/**
 * What quotes of one place come to where the credits for all of them are not there; undefined: they are. The server's
 * shared credits pay what they cover, the person the rest.
 */
export function findShortage(quotes: readonly Pick<QuoteView, 'cost' | 'available' | 'sharedCredits'>[]) {
  const [first] = quotes;
  if (!first) return undefined;
  const { available, sharedCredits: share } = first;
  let shared = share ? Math.min(share.left, share.available) : 0;
  let own = available;
  for (const { cost } of quotes) {
    if (share && cost <= shared) shared -= cost;
    else own -= cost;
  }
  const cost = quotes.reduce((sum, quote) => sum + quote.cost, 0);
  return own < 0 ? { cost, available } : undefined;
}
