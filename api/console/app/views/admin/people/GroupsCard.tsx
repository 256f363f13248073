import { Skeleton } from '@star-graph/ui/feedback/Skeleton.tsx';
import { Card } from '@star-graph/ui/layout/Card.tsx';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { LoadFailure } from '../../../data/LoadFailure.tsx';
import { describeProblem } from '../../../data/problemText.ts';
import { useResource } from '../../../data/useResource.ts';
import { api } from '../../../session/session.ts';
import { WordForm, WordList } from '../../gallery/Words.tsx';
import { texts } from './texts.ts';

/** The groups that an administrator puts a person into: who is in one may share collections with it. */
export function GroupsCard({ id }: { id: string }) {
  const own = useResource((signal) => api.adminGetUserGroups({ params: { id } }, { signal }), [id]);
  const groups = own.value?.groups ?? [];
  const all = useResource((signal) => api.adminListGroups({}, { signal }), [groups.length]);
  const change = async (next: readonly string[]) => {
    try {
      own.put(
        await api.adminPutUserGroups({ params: { id }, body: { groups: [...next], was: [...groups] } }),
      );
    } catch (error) {
      // Somebody else may have changed them.
      own.reload();
      throw error;
    }
  };
  const remove = (name: string) =>
    change(groups.filter((one) => one !== name)).catch((error: unknown) =>
      showToast({ tone: 'bad', text: describeProblem(error) }),
    );
  return (
    <Card title={texts.groups}>
      <div class="words">
        <p class="admin-quiet">{texts.groupsHint}</p>
        {own.state === 'loading' && <Skeleton height="40px" />}
        {own.state === 'failed' && <LoadFailure error={own.error} onRetry={own.reload} />}
        {own.value && (
          <>
            <WordList
              words={groups}
              hrefOf={(group) => `/admin/people?${new URLSearchParams({ group })}`}
              nameRemoval={texts.leaveGroup}
              onRemove={(name) => void remove(name)}
            />
            <WordForm
              label={texts.addGroup}
              action={texts.addToGroup}
              maxLength={60}
              without={groups}
              known={(all.value?.items ?? []).map(({ name }) => name)}
              onAdd={(name) => change([...groups, name])}
            />
          </>
        )}
      </div>
    </Card>
  );
}
