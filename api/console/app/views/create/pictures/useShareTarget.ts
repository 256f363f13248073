import { useEffect } from 'preact/hooks';
import { useLocation, useRoute } from 'preact-iso';
import { showToast } from '../../../../../ui/overlays/toasts.tsx';
import { takeShared } from '../../../install/takeShared.ts';
import { describeProblem } from '../../../problems/problemText.ts';
import { texts } from '../texts.ts';
import { sharedPicture } from './sharedPicture.ts';

/** `/create?shared=1`: the phone's share sheet has brought a picture. */
export function useShareTarget(): void {
  const { shared } = useRoute().query;
  const { route } = useLocation();
  useEffect(() => {
    if (shared === undefined) return;
    // A reload, or the way back, must not ask for it again.
    route('/create', true);
    takeShared().then(
      (picture) => {
        if (picture) sharedPicture.value = picture;
        else showToast({ tone: 'bad', text: texts.shareLost });
      },
      (error: unknown) => showToast({ tone: 'bad', text: describeProblem(error) }),
    );
  }, [shared]);
}
