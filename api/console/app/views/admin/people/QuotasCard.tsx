import type { PersonPolicyView } from '@star-graph/contract/users/personPolicies';
import { Skeleton } from '@star-graph/ui/feedback/Skeleton.tsx';
import { Field } from '@star-graph/ui/fields/Field.tsx';
import { NumberField } from '@star-graph/ui/fields/NumberField.tsx';
import { Card } from '@star-graph/ui/layout/Card.tsx';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { useState } from 'preact/hooks';
import { LoadFailure } from '../../../data/LoadFailure.tsx';
import { PostForm } from '../../../data/PostForm.tsx';
import { fieldProblems } from '../../../data/problemText.ts';
import { usePost } from '../../../data/usePost.ts';
import { useResource } from '../../../data/useResource.ts';
import { api } from '../../../session/session.ts';
import { texts } from './texts.ts';

/** What a person may have otherwise than their role. */
export function QuotasCard({ id }: { id: string }) {
  const policy = useResource((signal) => api.adminGetUserPolicy({ params: { id } }, { signal }), [id]);
  return (
    <Card title={texts.quotas}>
      {policy.state === 'loading' && <Skeleton height="160px" />}
      {policy.state === 'failed' && <LoadFailure error={policy.error} onRetry={policy.reload} />}
      {policy.value && (
        <QuotasForm
          key={policy.value.version}
          id={id}
          policy={policy.value}
          onSaved={policy.put}
          onRefused={policy.reload}
        />
      )}
    </Card>
  );
}

interface Props {
  id: string;
  policy: PersonPolicyView;
  onSaved(policy: PersonPolicyView): void;
  /** Somebody else may have changed it. */
  onRefused(): void;
}

const limits = ['openTasks', 'simultaneousTasks', 'tasksPerDay', 'gpuSecondsPerDay'] as const;

function QuotasForm({ id, policy, onSaved, onRefused }: Props) {
  const [draft, setDraft] = useState(policy);
  const posting = usePost(async () => {
    const { changedAt: _, ...body } = draft;
    try {
      onSaved(await api.adminPutUserPolicy({ params: { id }, body }));
    } catch (error) {
      onRefused();
      throw error;
    }
    showToast({ tone: 'good', text: texts.quotasSaved });
  });
  const problems = fieldProblems(posting.error);
  return (
    <PostForm
      posting={posting}
      onSubmit={() => void posting.post()}
      submit={texts.saveQuotas}
      look="secondary"
      fields={limits}
    >
      <p class="admin-quiet">{texts.quotasHint}</p>
      <div class="admin-pair">
        {limits.map((limit) => (
          <Field key={limit} label={texts[limit]} error={problems[limit]}>
            <NumberField
              bare
              min={1}
              placeholder={texts.asRole}
              value={draft[limit] ?? undefined}
              onChange={(value) => setDraft((last) => ({ ...last, [limit]: value ?? null }))}
            />
          </Field>
        ))}
      </div>
    </PostForm>
  );
}
