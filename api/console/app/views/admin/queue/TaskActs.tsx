import { Button } from '@star-graph/ui/controls/Button.tsx';
import { ConfirmDialog } from '@star-graph/ui/overlays/Dialog.tsx';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { useState } from 'preact/hooks';
import { PostFailure } from '../../../data/PostFailure.tsx';
import { describeProblem } from '../../../data/problemText.ts';
import { usePost } from '../../../data/usePost.ts';
import { api } from '../../../session/session.ts';
import { texts } from './texts.ts';

interface OpenTask {
  id: string;
  /** While it waits: whether it was moved to the front. */
  isMoved?: boolean;
  /** While it is on a GPU server. */
  attempt?: number;
}

interface Props {
  task: OpenTask;
  onChanged(): void;
  onClose(): void;
}

/** What one can have a waiting or running task do. */
export function TaskActs({ task, onChanged, onClose }: Props) {
  const [isAsking, setAsking] = useState(false);
  const params = { id: task.id };
  const { post, isBusy, error } = usePost(async (work: () => Promise<void>) => {
    await work();
    onChanged();
    onClose();
  });
  const requeue = async (attempt: number) => {
    await api.adminRequeueTask({ params, body: { attempt } });
    showToast({ tone: 'good', text: texts.requeued });
  };
  const cancel = async () => {
    setAsking(false);
    await api.adminCancelTask({ params });
    showToast({ tone: 'good', text: texts.cancelled });
  };
  const { attempt, isMoved } = task;
  return (
    <div class="admin-stack">
      <PostFailure error={error} />
      <div class="admin-row">
        {attempt === undefined ? (
          <Button
            busy={isBusy}
            onClick={() => void post(() => moveTask(task.id, isMoved ? 'line' : 'front', onChanged))}
          >
            {isMoved ? texts.toLine : texts.toFront}
          </Button>
        ) : (
          <Button busy={isBusy} onClick={() => void post(() => requeue(attempt))}>
            {texts.requeue}
          </Button>
        )}
        <Button look="danger" onClick={() => setAsking(true)}>
          {texts.cancel}
        </Button>
      </div>
      {attempt !== undefined && <p class="admin-quiet">{texts.requeueHint}</p>}
      <ConfirmDialog
        open={isAsking}
        onClose={() => setAsking(false)}
        onConfirm={() => void post(cancel)}
        title={texts.cancelTitle}
        confirmLabel={texts.cancel}
        danger
        busy={isBusy}
      >
        {texts.cancelWords}
      </ConfirmDialog>
    </div>
  );
}

async function moveTask(id: string, to: 'front' | 'line', onMoved: () => void): Promise<void> {
  await api.adminMoveTask({ params: { id }, body: { to } });
  const undo = async () => {
    try {
      await api.adminMoveTask({ params: { id }, body: { to: to === 'front' ? 'line' : 'front' } });
      onMoved();
    } catch (error) {
      showToast({ tone: 'bad', text: describeProblem(error) });
    }
  };
  showToast({
    tone: 'good',
    text: to === 'front' ? texts.movedToFront : texts.movedToLine,
    action: { label: texts.undo, onAction: () => void undo() },
  });
}
