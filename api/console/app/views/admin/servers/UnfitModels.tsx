import { Button } from '@star-graph/ui/controls/Button.tsx';
import { Card } from '@star-graph/ui/layout/Card.tsx';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { Time } from '@star-graph/ui/texts/Time.tsx';
import { useCallback } from 'preact/hooks';
import { PostFailure } from '../../../data/PostFailure.tsx';
import { usePost } from '../../../data/usePost.ts';
import { api } from '../../../session/session.ts';
import { fileNameOf } from './ServerState.tsx';
import type { ServerProps } from './serverProps.ts';
import { texts } from './texts.ts';

/** What was found not to run here, and the way to try it again once its files are put right. */
export function UnfitModels({ server: { id, unfitModels }, onChanged }: ServerProps) {
  const { post, isBusy, error } = usePost(
    useCallback(async () => {
      await api.adminClearUnfitModels({ params: { id } });
      showToast({ tone: 'good', text: texts.unfitCleared });
      onChanged();
    }, [id, onChanged]),
  );
  if (unfitModels.length === 0) return null;
  return (
    <Card
      title={texts.unfit}
      aside={
        <Button size="small" busy={isBusy} onClick={() => void post()}>
          {texts.tryAgain}
        </Button>
      }
    >
      <div class="admin-stack">
        <p class="admin-quiet">{texts.unfitWords}</p>
        <PostFailure error={error} />
        {unfitModels.map(({ models, reason, until }) => (
          <div key={models.join()}>
            <b class="admin-address">{models.map(fileNameOf).join(' + ')}</b>
            <p class="admin-quiet" dir="auto">
              {reason} · {texts.triedAgain} <Time at={until} />
            </p>
          </div>
        ))}
      </div>
    </Card>
  );
}
