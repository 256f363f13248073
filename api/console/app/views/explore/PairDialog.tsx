import { Button } from '@star-graph/ui/controls/Button.tsx';
import { EmptyState } from '@star-graph/ui/feedback/EmptyState.tsx';
import { Skeleton } from '@star-graph/ui/feedback/Skeleton.tsx';
import { Dialog } from '@star-graph/ui/overlays/Dialog.tsx';
import { Scale } from 'lucide';
import { LoadFailure } from '../../data/LoadFailure.tsx';
import { usePost } from '../../data/usePost.ts';
import { useResource } from '../../data/useResource.ts';
import { api } from '../../session/session.ts';
import { sayProblem } from '../gallery/changes.ts';
import { ReportMenu } from './SeenMedia.tsx';
import { texts } from './texts.ts';

/** Two pictures beside each other, one pair after the other. @param community whose gallery they are of */
export function PairDialog({ community, onClose }: { community: string | undefined; onClose(): void }) {
  const offered = useResource(
    (signal) => api.offerPair({ body: community === undefined ? {} : { community } }, { signal }),
    [community],
  );
  const { pair } = offered.value ?? {};
  const answer = usePost(async (better: string | null) => {
    if (!pair) return;
    try {
      await api.answerPair({ params: { id: pair.id }, body: { better } });
    } catch (error) {
      // One of the two may be gone meanwhile; the next pair is asked for all the same.
      sayProblem(error);
    }
    offered.reload();
  });
  return (
    <Dialog open onClose={onClose} size="large" title={texts.whichIsBetter}>
      {offered.state === 'failed' && <LoadFailure error={offered.error} onRetry={offered.reload} />}
      {offered.state === 'loading' && !pair && <Skeleton height="40dvh" />}
      {offered.value && !pair && <EmptyState icon={Scale} title={texts.noPair} />}
      {pair && (
        <div class="publication-pair" aria-busy={answer.isBusy}>
          {[pair.first, pair.second].map(({ id, asset }, index) => (
            <figure key={id}>
              <button
                type="button"
                disabled={answer.isBusy}
                aria-label={texts.choose(index + 1)}
                onClick={() => void answer.post(id)}
              >
                <img
                  src={asset.url}
                  width={asset.width}
                  height={asset.height}
                  alt={asset.task?.prompt ?? ''}
                />
              </button>
              <figcaption>
                <ReportMenu assetId={asset.id} />
              </figcaption>
            </figure>
          ))}
          <Button busy={answer.isBusy} onClick={() => void answer.post(null)}>
            {texts.neither}
          </Button>
        </div>
      )}
    </Dialog>
  );
}
