import { signal } from '@preact/signals';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { useEffect } from 'preact/hooks';
import { useLocation, useRoute } from 'preact-iso';
import { describeProblem } from '../../../data/problemText.ts';
import { readShared, type SharedPicture } from '../../../shell/readShared.ts';
import { texts } from '../texts.ts';

/** What another app has handed over, until the person says whether it is used. */
export const sharedPictures = signal<readonly SharedPicture[]>([]);

/** The share sheet has just led here. */
let isArriving = false;

/** `/create?shared=1`: the phone's share sheet has brought pictures. What was left unanswered before is asked again. */
export function useShareTarget(): void {
  const { shared } = useRoute().query;
  const { route } = useLocation();
  useEffect(() => {
    if (shared !== undefined) {
      // A reload, or the way back, must not say again that nothing came.
      isArriving = true;
      route('/create', true);
      return;
    }
    const isExpected = isArriving;
    isArriving = false;
    readShared().then(
      (found) => {
        sharedPictures.value = found;
        if (isExpected && found.length === 0) showToast({ tone: 'bad', text: texts.shareLost });
      },
      (error: unknown) => showToast({ tone: 'bad', text: describeProblem(error) }),
    );
  }, [shared]);
}
