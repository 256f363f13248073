import { useEffect, useState } from 'preact/hooks';
import { api } from '../../session/session.ts';
import { findPrices, type Prices, pricedAs } from './findPrices.ts';
import type { Wish } from './wish.ts';

const pauseMs = 300;
const unknown: Prices = { costs: [] };

/** @param round asks again when it changes: what prices come of did. */
export function usePrices(wishes: readonly Wish[], round?: unknown): Prices {
  const [prices, setPrices] = useState<Prices & { of?: string }>(unknown);
  const asked = JSON.stringify(wishes.map(pricedAs));
  useEffect(() => {
    if (wishes.length === 0) return;
    const abort = new AbortController();
    const timer = setTimeout(() => {
      findPrices(api, wishes, abort.signal).then(
        (found) => setPrices({ ...found, of: asked }),
        (error: unknown) => abort.signal.aborted || setPrices({ costs: [], error, of: asked }),
      );
    }, pauseMs);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [asked, round]);
  return prices.of === asked ? prices : unknown;
}

/** What all of them cost together; nothing costs no price. */
export function usePrice(wishes: readonly Wish[]): { cost?: number; available?: number; error?: unknown } {
  const { costs, available, error } = usePrices(wishes);
  if (available === undefined || error !== undefined) return { error };
  const cost = costs.reduce<number>((sum, one) => sum + (one ?? 0), 0);
  return { cost, available };
}
