import { useEffect, useMemo, useState } from 'preact/hooks';
import { api } from '../../session/session.ts';
import type { Wish } from './presses.ts';
import { keyOfPrice } from './wishOf.ts';

const pauseMs = 300;

/** What all of them cost; nothing costs no price. Those that differ in words and seeds alone are asked for once. */
export function usePrice(wishes: readonly Wish[]): { cost?: number; error?: unknown } {
  const [price, setPrice] = useState<{ cost?: number; error?: unknown; of?: string }>({});
  const priced = wishes.map(({ workflow, params }) => workflow + keyOfPrice(params));
  const asked = JSON.stringify(priced);
  const distinct = useMemo(() => new Map(priced.map((key, at) => [key, wishes[at]])), [asked]);
  useEffect(() => {
    if (distinct.size === 0) return;
    const abort = new AbortController();
    const ask = async () => {
      const costs = new Map<string, number>();
      await Promise.all(
        [...distinct].map(async ([key, wish]) => {
          if (!wish) return;
          const { cost } = await api.quote(wish.workflow, wish.params, { signal: abort.signal });
          costs.set(key, cost);
        }),
      );
      setPrice({ cost: priced.reduce((sum, key) => sum + (costs.get(key) ?? 0), 0), of: asked });
    };
    const timer = setTimeout(() => {
      ask().catch((error: unknown) => {
        if (!abort.signal.aborted) setPrice({ error, of: asked });
      });
    }, pauseMs);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [asked]);
  return price.of === asked ? price : {};
}
