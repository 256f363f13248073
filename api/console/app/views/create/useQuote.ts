import { ClientProblem, Unreachable } from '@star-graph/client/clientProblem';
import type { QuoteView } from '@star-graph/contract/tasks/generate';
import { useEffect, useState } from 'preact/hooks';
import { api } from '../../session/session.ts';
import { keyOfPrice } from './wishOf.ts';

/** What a request would cost; `quote` stays the last one while the next is asked for. */
export interface Quoted {
  quote?: QuoteView | undefined;
  error?: unknown;
  /** Whether the price may be another one by now. */
  isOld: boolean;
  /** Whether it is being asked for. */
  isAsked?: boolean;
}

/** Typing pauses this long before the price is asked. */
const pauseMs = 300;
/** How soon a price or a time that was not to be had is asked for again: a server starts, or a line comes back. */
const againMs = 5_000;

/**
 * @param params undefined: the form is not complete, and there is nothing to ask
 * @param round asks again when it changes: the queue did
 */
export function useQuote(
  workflow: string,
  params: Readonly<Record<string, unknown>> | undefined,
  round: unknown,
): Quoted {
  const [quoted, setQuoted] = useState<Pick<Quoted, 'quote' | 'error'> & { of?: string; priced?: string }>(
    {},
  );
  const asked = params && JSON.stringify(params);
  const priced = params && keyOfPrice(params);
  useEffect(() => {
    if (asked === undefined) return;
    const abort = new AbortController();
    const ask = () => {
      api.quote(workflow, JSON.parse(asked), { signal: abort.signal }).then(
        (quote) => {
          setQuoted({ quote, of: workflow, priced });
          // Nobody plans yet, so nobody knows the time; or others wait before, whom no event here tells of.
          const passes = quote.etaSeconds === undefined || (quote.queuePosition ?? 1) > 1;
          if (passes) timer = setTimeout(ask, againMs);
        },
        (error: unknown) => {
          if (abort.signal.aborted) return;
          setQuoted({ error, of: workflow, priced });
          if (mayPass(error)) timer = setTimeout(ask, againMs);
        },
      );
    };
    let timer = setTimeout(ask, pauseMs);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [workflow, asked, round]);
  const { of, priced: known, ...last } = quoted;
  if (asked === undefined) return { isOld: true };
  const isOld = of !== workflow || known !== priced;
  return { ...(of === workflow && last), isOld, isAsked: isOld };
}

/** Whether the same request may succeed later: what is wrong with it, the person has to mend. */
const mayPass = (error: unknown): boolean =>
  error instanceof Unreachable || (error instanceof ClientProblem && error.problem.status >= 500);
