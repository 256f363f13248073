import { X } from 'lucide';
import type { TaskView } from '../../../../../contract/tasks/tasks.ts';
import { Button } from '../../../../../ui/controls/Button.tsx';
import { Ring } from '../../../../../ui/feedback/Ring.tsx';
import { formatCredits, formatDuration } from '../../../../../ui/texts/formats.ts';
import { cancelTask } from './resultActions.ts';
import { texts } from './texts.ts';

interface OpenCardProps {
  task: TaskView;
  preview: string | undefined;
  /** Of several places of one task, the first says it all. */
  isFirst: boolean;
}

/** A preview is blurred less as it goes on. */
const mostBlurPx = 16;

/** A task on its way: what it draws, how far it is, and the way out. */
export function OpenCard({ task, preview, isFirst }: OpenCardProps) {
  const { percent, cancelCost } = task.progress;
  const isRunning = task.status === 'running';
  return (
    <>
      {preview !== undefined && (
        <img
          class="result-preview"
          style={{ filter: `blur(${mostBlurPx * (1 - percent / 100)}px)` }}
          src={preview}
          alt=""
        />
      )}
      <div class="result-work">
        <Ring size={64} percent={isRunning ? percent : undefined} />
        {isFirst && <p class="result-state">{describeState(task)}</p>}
      </div>
      {isFirst && (
        <div class="result-cancel">
          <Button size="small" icon={X} onClick={() => void cancelTask(task)}>
            {cancelCost ? texts.cancelCosts(formatCredits(cancelCost)) : texts.cancel}
          </Button>
        </div>
      )}
    </>
  );
}

function describeState({ status, progress }: TaskView): string {
  const { queuePosition, etaSeconds } = progress;
  const left = etaSeconds !== undefined && texts.left(formatDuration(etaSeconds));
  if (status === 'running') return [texts.working, left].filter(Boolean).join(' · ');
  const place = queuePosition !== undefined && texts.place(queuePosition);
  return [texts.waiting, place, left].filter(Boolean).join(' · ');
}
