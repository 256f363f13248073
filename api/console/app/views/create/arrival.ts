import { ClientProblem } from '@star-graph/client/clientProblem';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { useEffect } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { describeProblem } from '../../data/problemText.ts';
import type { Studio } from './studioTypes.ts';
import type { Brought } from './takeBrought.ts';

/** `/create?from=<task>` and its like, and `/create/<workflow>?input=<asset>`, once for each address. */
export function useArrival(
  studio: Studio | undefined,
  { from, input, settings, text, remix, prompt }: Brought,
): void {
  const { route } = useLocation();
  const leave = () => route(location.pathname, true);
  useEffect(() => {
    if (!studio || (!from && !input && !settings && !text && !remix && !prompt)) return;
    const abort = new AbortController();
    const brought = { from, input, settings, text, remix, prompt };
    // Most visits bring nothing.
    const taken = import('./takeBrought.ts').then(({ take }) => {
      abort.signal.throwIfAborted();
      return take(studio, brought, abort.signal);
    });
    taken.then(
      (fault) => {
        if (abort.signal.aborted) return;
        if (fault !== undefined) showToast({ tone: 'bad', text: fault });
        if (fault !== undefined || input || text) leave();
      },
      (error: unknown) => {
        if (abort.signal.aborted) return;
        showToast({ tone: 'bad', text: describeProblem(error) });
        // Another try at the same address may succeed, except where there is nothing.
        if (error instanceof ClientProblem) leave();
      },
    );
    return () => abort.abort();
  }, [from, input, settings, text, remix, prompt, studio === undefined]);
}
