import type { TaskView } from '@star-graph/contract/tasks/tasks';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { putTask } from '../../../data/live.ts';
import { describeProblem } from '../../../data/problemText.ts';
import { api } from '../../../session/session.ts';

/** What it cost stands on the card afterwards. A task that has ended meanwhile stays as it ended. */
export async function cancelTask({ id }: Pick<TaskView, 'id'>): Promise<void> {
  try {
    putTask(await api.cancelTask({ params: { id } }));
  } catch (error) {
    showToast({ tone: 'bad', text: describeProblem(error) });
  }
}
