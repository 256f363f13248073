import { ClientProblem } from '@star-graph/client/clientProblem';
import { Button, LinkButton } from '@star-graph/ui/controls/Button.tsx';
import { EmptyState } from '@star-graph/ui/feedback/EmptyState.tsx';
import { SkeletonText } from '@star-graph/ui/feedback/Skeleton.tsx';
import { Card, PageHead } from '@star-graph/ui/layout/Card.tsx';
import { Link2Off, UserPlus } from 'lucide';
import { useEffect, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import { LoadFailure } from '../../../data/LoadFailure.tsx';
import { usePost } from '../../../data/usePost.ts';
import { useResource } from '../../../data/useResource.ts';
import { api } from '../../../session/session.ts';
import { namePerson } from '../../explore/texts.ts';
import { sayProblem } from '../changes.ts';
import { sharingTexts as texts } from './sharingTexts.ts';
import './collections.css';

const roleWords = { see: () => texts.joinSee, add: () => texts.joinAdd, edit: () => texts.joinEdit } as const;

/** Where a link to a collection leads: what it is, and a button. What it opens stands behind the `#`, where no server sees it. */
export function JoinView() {
  const { route } = useLocation();
  const [token] = useState(() => location.hash.slice(1));
  const found = useResource((signal) => api.previewCollectionLink({ body: { token } }, { signal }), [token]);
  const { value, error } = found;
  useEffect(() => {
    if (value?.isIn) route(`/collections/${value.id}`, true);
  }, [value, route]);
  const { post, isBusy } = usePost(async () => {
    await api
      .joinCollection({ body: { token } })
      .then(({ id }) => route(`/collections/${id}`, true), sayProblem);
  });
  const isDead = error instanceof ClientProblem && error.problem.status < 500;
  return (
    <div class="collections collections-join">
      <PageHead title={texts.joinTitle} />
      {found.state === 'loading' && (
        <Card>
          <SkeletonText lines={4} />
        </Card>
      )}
      {isDead && (
        <EmptyState
          icon={Link2Off}
          title={texts.deadTitle}
          action={<LinkButton href="/collections">{texts.toCollections}</LinkButton>}
        >
          {texts.dead}
        </EmptyState>
      )}
      {error !== undefined && !isDead && <LoadFailure error={error} onRetry={found.reload} />}
      {value && !value.isIn && (
        <Card>
          <div class="collection-join">
            <strong class="collection-join-name" dir="auto">
              {value.name}
            </strong>
            <span class="sg-quiet">
              {texts.byOwner(namePerson(value.owner))} · {texts.joinCount(value.count)}
            </span>
            <p>{roleWords[value.role]()}</p>
            <p class="sg-quiet">{texts.joinNames}</p>
            <Button look="primary" icon={UserPlus} busy={isBusy} onClick={() => void post()}>
              {texts.join}
            </Button>
          </div>
        </Card>
      )}
    </div>
  );
}
