import { useEffect, useRef } from 'preact/hooks';
import { useLocation, useRoute } from 'preact-iso';
import { ClientProblem } from '../../../../../client/clientProblem.ts';
import type { AssetView } from '../../../../../contract/assets/assets.ts';
import { showToast } from '../../../../../ui/overlays/toasts.tsx';
import { describeProblem } from '../../../problems/problemText.ts';
import { api } from '../../../session/session.ts';

/** `/create/<workflow>?input=<asset>`, as the gallery links to it; once for each address. */
export function useInputByAddress(put: (asset: AssetView) => void): void {
  const { input } = useRoute().query;
  const { route } = useLocation();
  const latest = useRef(put);
  latest.current = put;
  useEffect(() => {
    if (!input) return;
    const abort = new AbortController();
    // The address without it comes first: another workflow may be opened for such a picture.
    const leave = () => route(location.pathname, true);
    api.getAsset({ params: { id: input } }, { signal: abort.signal }).then(
      (asset) => {
        if (abort.signal.aborted) return;
        leave();
        latest.current(asset);
      },
      (error: unknown) => {
        if (abort.signal.aborted) return;
        showToast({ tone: 'bad', text: describeProblem(error) });
        // Another try at the same address may succeed, except where there is nothing.
        if (error instanceof ClientProblem) leave();
      },
    );
    return () => abort.abort();
  }, [input]);
}
