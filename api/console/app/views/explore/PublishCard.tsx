import { Button, LinkButton } from '@star-graph/ui/controls/Button.tsx';
import { ConfirmDialog } from '@star-graph/ui/overlays/Dialog.tsx';
import { Compass, Undo2 } from 'lucide';
import { useState } from 'preact/hooks';
import { usePost } from '../../data/usePost.ts';
import { useResource } from '../../data/useResource.ts';
import { api } from '../../session/session.ts';
import { sayProblem } from '../gallery/changes.ts';
import { isExploreOpen } from './exploreState.ts';
import { texts } from './texts.ts';

/** Shows a result to everybody here, and takes it back. */
export function PublishCard({ assetId }: { assetId: string }) {
  const state = useResource(
    (signal) => api.findPublication({ params: { id: assetId } }, { signal }),
    [assetId],
  );
  const [isAsking, setAsking] = useState(false);
  const { post, isBusy } = usePost(async (isWanted: boolean) => {
    try {
      const params = { id: assetId };
      if (isWanted) state.put({ publication: await api.publishAsset({ params }) });
      else {
        await api.unpublishAsset({ params });
        state.put({});
      }
      setAsking(false);
    } catch (error) {
      sayProblem(error);
    }
  });
  const publication = state.value?.publication;
  if (!state.value || (!isExploreOpen.value && !publication)) return null;
  return (
    <div class="detail-ways">
      {publication ? (
        <>
          <LinkButton icon={Compass} href={`/explore/${publication.id}`}>
            {texts.inExplore(publication.likes)}
          </LinkButton>
          <Button icon={Undo2} busy={isBusy} onClick={() => void post(false)}>
            {texts.takeBack}
          </Button>
        </>
      ) : (
        <Button icon={Compass} onClick={() => setAsking(true)}>
          {texts.publish}
        </Button>
      )}
      <ConfirmDialog
        open={isAsking}
        onClose={() => setAsking(false)}
        onConfirm={() => void post(true)}
        busy={isBusy}
        title={texts.publishTitle}
        confirmLabel={texts.publish}
      >
        {texts.publishHint}
      </ConfirmDialog>
    </div>
  );
}
