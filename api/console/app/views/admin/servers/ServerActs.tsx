import { Button } from '@star-graph/ui/controls/Button.tsx';
import { Switch } from '@star-graph/ui/controls/Switch.tsx';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { AskDialog, useAsked } from '../../../data/AskDialog.tsx';
import { PostFailure } from '../../../data/PostFailure.tsx';
import { usePost } from '../../../data/usePost.ts';
import { api } from '../../../session/session.ts';
import type { ServerProps } from './serverProps.ts';
import { texts } from './texts.ts';

interface Props extends ServerProps {
  /** What opens a form of its own below. */
  parts: readonly { label: string; onOpen(): void }[];
  onClose(): void;
}

export function ServerActs({ server, parts, onClose, onChanged }: Props) {
  const params = { id: server.id };
  const { post, isBusy, error } = usePost(async (work: () => Promise<unknown>) => {
    await work();
    onChanged();
  });
  const recall = async () => {
    const { recalled } = await api.adminRecallTasks({ params });
    showToast({ tone: recalled > 0 ? 'good' : 'plain', text: texts.recallDone(recalled) });
  };
  const recycle = async () => {
    await api.adminRecycleBackend({ params });
    showToast({ tone: 'good', text: texts.recycleDone });
  };
  const removing = useAsked<true>(async () => {
    await api.adminDeleteBackend({ params });
    onChanged();
    showToast({ tone: 'good', text: texts.removed(server.name) });
    onClose();
  });
  const isRecycling = server.recycle?.state !== undefined;
  return (
    <div class="admin-stack">
      <Switch
        spread
        label={texts.enabled}
        hint={texts.enabledHint}
        checked={server.enabled}
        onChange={(enabled) => void post(() => api.adminPatchBackend({ params, body: { enabled } }))}
      />
      <Switch
        spread
        label={texts.drain}
        hint={isRecycling ? texts.drainRecycling : texts.drainHint}
        checked={server.draining}
        onChange={(draining) => void post(() => api.adminPatchBackend({ params, body: { draining } }))}
      />
      <PostFailure error={error ?? removing.error} />
      <div class="admin-row">
        <Button busy={isBusy} title={texts.recallHint} onClick={() => void post(recall)}>
          {texts.recall}
        </Button>
        <Button
          busy={isBusy}
          disabled={isRecycling}
          title={texts.recycleHint}
          onClick={() => void post(recycle)}
        >
          {texts.recycle}
        </Button>
        {parts.map(({ label, onOpen }) => (
          <Button key={label} onClick={onOpen}>
            {label}
          </Button>
        ))}
        <Button look="danger" onClick={() => removing.ask(true)}>
          {texts.remove}
        </Button>
      </div>
      <AskDialog asked={removing} title={() => texts.removeTitle(server.name)} confirmLabel={texts.remove}>
        {() => texts.removeWords}
      </AskDialog>
    </div>
  );
}
