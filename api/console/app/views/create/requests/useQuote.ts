import { useEffect, useState } from 'preact/hooks';
import type { QuoteView } from '../../../../../contract/tasks/generate.ts';
import { api } from '../../../session/session.ts';

/** What a request would cost; `quote` stays the last one while the next is asked for. */
export interface Quoted {
  quote?: QuoteView | undefined;
  error?: unknown;
  /** Whether the quote is about an earlier state of the form. */
  isOld: boolean;
}

/** Typing pauses this long before the price is asked. */
const pauseMs = 300;

/**
 * @param params undefined: the form is not complete, and there is nothing to ask
 * @param round asks again when it changes: the queue did
 */
export function useQuote(
  workflow: string,
  params: Readonly<Record<string, unknown>> | undefined,
  round: unknown,
): Quoted {
  const [quoted, setQuoted] = useState<Quoted & { of?: string }>({ isOld: false });
  const asked = params && JSON.stringify(params);
  useEffect(() => {
    if (asked === undefined) return;
    const abort = new AbortController();
    const timer = setTimeout(() => {
      api.quote(workflow, JSON.parse(asked), { signal: abort.signal }).then(
        (quote) => setQuoted({ quote, isOld: false, of: workflow }),
        (error: unknown) => {
          if (!abort.signal.aborted) setQuoted({ error, isOld: false, of: workflow });
        },
      );
    }, pauseMs);
    setQuoted((last) => ({ ...last, isOld: true }));
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [workflow, asked, round]);
  if (asked === undefined || quoted.of !== workflow) return { isOld: true };
  return quoted;
}
