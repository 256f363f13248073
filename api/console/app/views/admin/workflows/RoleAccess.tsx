import type { RolePolicyView } from '@star-graph/contract/users/rolePolicies';
import { Switch } from '@star-graph/ui/controls/Switch.tsx';
import { Skeleton } from '@star-graph/ui/feedback/Skeleton.tsx';
import { Card } from '@star-graph/ui/layout/Card.tsx';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { refreshWorkflows, workflows } from '../../../data/catalogue.ts';
import { LoadFailure } from '../../../data/LoadFailure.tsx';
import { PostFailure } from '../../../data/PostFailure.tsx';
import { usePost } from '../../../data/usePost.ts';
import { useResource } from '../../../data/useResource.ts';
import { api } from '../../../session/session.ts';
import { nameRole } from '../people/texts.ts';
import { loadWorkflows } from './loadWorkflows.ts';
import { texts } from './texts.ts';

/** Who may use one workflow: a line of what each role may have. */
export function RoleAccess({ name }: { name: string }) {
  const policies = useResource((signal) => api.adminListRolePolicies({}, { signal }), []);
  const { post, isBusy, error } = usePost(async (policy: RolePolicyView, isAllowed: boolean) => {
    try {
      await putPolicy(policy, await listAfter(policy, name, isAllowed));
      showToast({ tone: 'good', text: texts.accessChanged });
    } finally {
      // Also after a refusal: somebody else may have changed it.
      policies.reload();
      if (workflows.value) await refreshWorkflows();
    }
  });
  return (
    <Card title={texts.access}>
      {policies.state === 'loading' && <Skeleton height="120px" />}
      {policies.state === 'failed' && <LoadFailure error={policies.error} onRetry={policies.reload} />}
      {policies.value?.items.map((policy) => (
        <Switch
          key={policy.role}
          spread
          label={nameRole(policy.role)}
          checked={policy.workflows?.includes(name) ?? true}
          disabled={isBusy}
          onChange={(isAllowed) => void post(policy, isAllowed)}
        />
      ))}
      <p class="admin-quiet">{texts.accessHint}</p>
      <PostFailure error={error} />
    </Card>
  );
}

/** Null is all. A role that one workflow is taken from has a list from then on, which new workflows are not in. */
async function listAfter(
  { workflows: listed }: RolePolicyView,
  name: string,
  isAllowed: boolean,
): Promise<string[] | null> {
  const all = (await loadWorkflows(new AbortController().signal)).map((one) => one.name);
  const after = isAllowed ? [...(listed ?? []), name] : (listed ?? all).filter((one) => one !== name);
  return all.every((one) => after.includes(one)) ? null : after;
}

async function putPolicy(policy: RolePolicyView, allowed: string[] | null): Promise<void> {
  const { role, changedAt: _, ...kept } = policy;
  await api.adminPutRolePolicy({ params: { role }, body: { ...kept, workflows: allowed } });
}
