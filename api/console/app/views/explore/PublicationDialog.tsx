import type { PublicationDetailView, PublicationView } from '@star-graph/contract/assets/explore';
import { Button, LinkButton } from '@star-graph/ui/controls/Button.tsx';
import { Skeleton } from '@star-graph/ui/feedback/Skeleton.tsx';
import { Facts } from '@star-graph/ui/layout/Card.tsx';
import { Dialog } from '@star-graph/ui/overlays/Dialog.tsx';
import { Time } from '@star-graph/ui/texts/Time.tsx';
import { Heart, Shuffle, Undo2 } from 'lucide';
import { useEffect } from 'preact/hooks';
import { loadModels, nameWorkflow, titleModel } from '../../data/catalogue.ts';
import { LoadFailure } from '../../data/LoadFailure.tsx';
import type { Pages } from '../../data/usePages.ts';
import { usePost } from '../../data/usePost.ts';
import { useResource } from '../../data/useResource.ts';
import { api } from '../../session/session.ts';
import { sayProblem } from '../gallery/changes.ts';
import { LargeMedia, ReportMenu } from './SeenMedia.tsx';
import { namePerson, texts } from './texts.ts';

interface PublicationDialogProps {
  id: string;
  onClose(): void;
  change: Pages<PublicationView>['change'];
}

/** A publication, large, with all that one does with it. */
export function PublicationDialog({ id, onClose, change }: PublicationDialogProps) {
  const loaded = useResource((signal) => api.getPublication({ params: { id } }, { signal }), [id]);
  useEffect(() => {
    // The file's name does until then.
    loadModels().catch(() => {});
  }, []);
  const { value } = loaded;
  const put = (next: PublicationDetailView) => {
    loaded.put(next);
    const { likes, isLiked } = next;
    change((items) => items.map((item) => (item.id === id ? { ...item, likes, isLiked } : item)));
  };
  const takeBack = async () => {
    if (!value) return;
    await api.unpublishAsset({ params: { id: value.asset.id } });
    change((items) => items.filter((item) => item.id !== id));
    onClose();
  };
  return (
    <Dialog open onClose={onClose} size="large" title={value ? namePerson(value.person) : texts.title}>
      {loaded.state === 'failed' && <LoadFailure error={loaded.error} onRetry={loaded.reload} />}
      {loaded.state === 'loading' && <Skeleton height="50dvh" />}
      {value && (
        <div class="publication">
          <LargeMedia asset={value.asset} url={value.asset.url} alt={value.asset.task?.prompt ?? ''} />
          <div class="publication-side">
            <Actions
              publication={value}
              onChanged={put}
              onTakeBack={() => void takeBack().catch(sayProblem)}
            />
            {typeof value.params.prompt === 'string' && (
              <p class="publication-prompt" dir="auto">
                {value.params.prompt}
              </p>
            )}
            <Facts
              facts={[
                [
                  texts.by,
                  <a key="by" href={`/explore?person=${value.person.id}`} dir="auto">
                    {namePerson(value.person)}
                  </a>,
                ],
                [
                  texts.community,
                  value.community && (
                    <a key="community" href={`/explore?community=${value.community.id}`} dir="auto">
                      {value.community.name}
                    </a>
                  ),
                ],
                [texts.workflow, nameWorkflow(value.workflow.name)],
                [texts.model, titleModel(value.asset.task?.model)],
                [texts.size, `${value.asset.width} × ${value.asset.height}`],
                [texts.published, <Time key="when" at={value.createdAt} />],
              ]}
            />
          </div>
        </div>
      )}
    </Dialog>
  );
}

interface ActionsProps {
  publication: PublicationDetailView;
  onChanged(next: PublicationDetailView): void;
  onTakeBack(): void;
}

function Actions({ publication, onChanged, onTakeBack }: ActionsProps) {
  const { id, asset, likes, isLiked, isOwn } = publication;
  const like = usePost(async () => {
    try {
      onChanged(await (isLiked ? api.unlikePublication : api.likePublication)({ params: { id } }));
    } catch (error) {
      sayProblem(error);
    }
  });
  return (
    <div class="publication-ways">
      <LinkButton look="primary" icon={Shuffle} href={`/create?remix=${id}`}>
        {texts.remix}
      </LinkButton>
      {isOwn ? (
        <Button icon={Undo2} onClick={onTakeBack}>
          {texts.takeBack}
        </Button>
      ) : (
        <>
          <Button icon={Heart} aria-pressed={isLiked} busy={like.isBusy} onClick={() => void like.post()}>
            {texts.like(likes)}
          </Button>
          <ReportMenu assetId={asset.id} />
        </>
      )}
    </div>
  );
}
