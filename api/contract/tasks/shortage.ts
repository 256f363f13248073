import { inCredits } from '@star-graph/workflows/shared/inCredits';
import type { Sentence } from '@star-graph/workflows/shared/problemTexts';
import type { QuoteView } from './generate.ts';

export interface Shortage {
  cost: number;
  available: number;
  missing: number;
}

/** What is asked before anybody is asked for a yes: an answer without a balance is none of a shortage. */
type Priced = Pick<QuoteView, 'cost' | 'available' | 'sharedCredits'>;

/**
 * What quotes of one place come to where the credits for all of them are not there; undefined: they are. The server's
 * shared credits pay what they cover, the person the rest.
 */
export function findShortage(quotes: readonly Priced[]): Shortage | undefined {
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
  return own < 0 ? { cost, available, missing: -own } : undefined;
}

/** What is missing, in every client; each adds the way to more credits that it has. */
export const shortageTexts: {
  readonly [Language in keyof Sentence]: (shortage: Shortage) => string;
} = {
  en: ({ cost, available, missing }) =>
    `This costs ${inCredits(cost)}, and you have ${available}: ${missing} ${missing === 1 ? 'is' : 'are'} missing.`,
  'zh-CN': ({ cost, available, missing }) =>
    `需要 ${cost} 积分，您有 ${available} 积分，还差 ${missing} 积分。`,
};
