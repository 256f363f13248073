import { EmptyState } from '@star-graph/ui/feedback/EmptyState.tsx';
import type { CardProgressProps } from '@star-graph/ui/pictures/CardProgress.tsx';
import { PictureCard } from '@star-graph/ui/pictures/PictureCard.tsx';
import { formatDuration } from '@star-graph/ui/texts/formats';
import { mediaKindOf } from '@star-graph/workflows/shared/mediaKinds';
import type { LiveTask } from '../../../data/applyEvent.ts';
import { liveTasks } from '../../../data/live.ts';
import { describeProblemView } from '../../../data/problemText.ts';
import { cancelTask } from '../../create/results/cancelTask.ts';
import { texts } from './texts.ts';

/** The last try: how far it is, what it draws, and what came of it. */
export function TriedTask({ taskId }: { taskId: string | undefined }) {
  const live = taskId === undefined ? undefined : liveTasks.value.get(taskId);
  if (!live) return <EmptyState title={texts.noTry}>{texts.noTryWords}</EmptyState>;
  const { task } = live;
  if (task.status !== 'succeeded')
    return <PictureCard width={1} height={1} alt={texts.result} progress={progressOf(live)} />;
  return (
    <div class="admin-stack">
      {task.outputs.map((output) => (
        <PictureCard
          key={output.id}
          width={output.width || 1}
          height={output.height || 1}
          media={mediaKindOf(output.mime)}
          unseen={output}
          url={output.mime.startsWith('video/') ? output.url : (output.thumbnailUrl ?? output.url)}
          posterUrl={output.thumbnailUrl}
          alt={texts.result}
        />
      ))}
    </div>
  );
}

function progressOf({ task, preview }: LiveTask): CardProgressProps {
  const { percent, etaSeconds } = task.progress;
  if (task.status === 'cancelled') return { state: 'failed', word: texts.cancelled };
  if (task.status === 'failed')
    return {
      state: 'failed',
      word: texts.failed,
      ...(task.error && { detail: describeProblemView(task.error) }),
    };
  return {
    state: task.status === 'running' ? 'working' : 'waiting',
    percent,
    word: task.status === 'running' ? texts.working : texts.waiting,
    detail: etaSeconds === undefined ? undefined : formatDuration(etaSeconds),
    previewUrl: preview,
    onCancel: () => void cancelTask(task),
  };
}
