import { Card } from '@star-graph/ui/layout/Card.tsx';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { useState } from 'preact/hooks';
import { PostForm } from '../../../data/PostForm.tsx';
import { usePost } from '../../../data/usePost.ts';
import { api } from '../../../session/session.ts';
import { LeaveButton } from './LeaveButton.tsx';
import { type ServerDraft, ServerFields, toCredentials, toLabels } from './ServerFields.tsx';
import type { ServerProps } from './serverProps.ts';
import { texts } from './texts.ts';

/** Name, weight, labels and credentials. Only what differs is sent: somebody else may change the rest meanwhile. */
export function ServerForm({ server, onChanged, onDone }: ServerProps & { onDone: () => void }) {
  const [draft, setDraft] = useState<ServerDraft>({
    name: server.name,
    weight: server.weight,
    labels: server.labels.join(', '),
    kind: 'kept',
    username: '',
    secret: '',
  });
  const saving = usePost(async () => {
    const labels = toLabels(draft.labels);
    const credentials = toCredentials(draft);
    await api.adminPatchBackend({
      params: { id: server.id },
      body: {
        ...(draft.name.trim() !== server.name && { name: draft.name.trim() }),
        ...(draft.weight !== undefined && draft.weight !== server.weight && { weight: draft.weight }),
        ...(labels.join() !== server.labels.join() && { labels }),
        ...(credentials !== undefined && { credentials }),
      },
    });
    showToast({ tone: 'good', text: texts.changed });
    onChanged();
    onDone();
  });
  return (
    <Card title={texts.change} aside={<LeaveButton onLeave={onDone} />}>
      <PostForm
        posting={saving}
        onSubmit={() => void saving.post()}
        submit={texts.save}
        fields={['name', 'weight', 'labels', 'credentials']}
      >
        <ServerFields
          draft={draft}
          error={saving.error}
          mayKeep={server.credentials !== 'none'}
          onChange={(change) => setDraft((last) => ({ ...last, ...change }))}
        />
      </PostForm>
    </Card>
  );
}
