import { Button, LinkButton } from '@star-graph/ui/controls/Button.tsx';
import { EmptyState, ErrorState } from '@star-graph/ui/feedback/EmptyState.tsx';
import { Skeleton } from '@star-graph/ui/feedback/Skeleton.tsx';
import { PageHead } from '@star-graph/ui/layout/Card.tsx';
import { Folder, Plus } from 'lucide';
import { useCallback, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { describeProblem } from '../../../data/problemText.ts';
import { useResource } from '../../../data/useResource.ts';
import { api } from '../../../session/session.ts';
import { Folders, JoinedCollections } from './Folders.tsx';
import { NameDialog } from './NameDialog.tsx';
import { readCollections, readJoined } from './readCollections.ts';
import { texts } from './texts.ts';

/** What a person put together, by its newest picture. */
export function CollectionsView() {
  const { route } = useLocation();
  const collections = useResource(readCollections, []);
  const joined = useResource(readJoined, []);
  const [isNaming, setNaming] = useState(false);
  const create = useCallback(
    async (name: string) => {
      const { id } = await api.createCollection({ body: { name } });
      route(`/collections/${id}`);
    },
    [route],
  );
  const found = collections.value;
  return (
    <div class="collections">
      <PageHead
        title={texts.title}
        actions={
          <>
            <LinkButton href="/gallery" class="collections-back">
              {texts.back}
            </LinkButton>
            <Button icon={Plus} onClick={() => setNaming(true)}>
              {texts.create}
            </Button>
          </>
        }
      />
      {collections.state === 'failed' && (
        <ErrorState title={texts.failedToLoad} action={{ label: texts.again, onAction: collections.reload }}>
          {describeProblem(collections.error)}
        </ErrorState>
      )}
      {found?.length === 0 && joined.value?.length === 0 && (
        <EmptyState
          icon={Folder}
          title={texts.emptyTitle}
          action={<LinkButton href="/gallery">{texts.toGallery}</LinkButton>}
        >
          {texts.empty}
        </EmptyState>
      )}
      {collections.state === 'loading' && (
        <ul class="collections-list" aria-busy>
          {[1, 2, 3, 4].map((place) => (
            <li key={place}>
              <Skeleton ratio={4 / 3} />
            </li>
          ))}
        </ul>
      )}
      {found && <Folders all={found} parentId={undefined} onChange={collections.reload} />}
      {joined.state === 'failed' && found && (
        <ErrorState title={texts.failedToLoad} action={{ label: texts.again, onAction: joined.reload }}>
          {describeProblem(joined.error)}
        </ErrorState>
      )}
      {joined.value && <JoinedCollections joined={joined.value} />}
      <NameDialog open={isNaming} title={texts.create} onClose={() => setNaming(false)} onSave={create} />
    </div>
  );
}
