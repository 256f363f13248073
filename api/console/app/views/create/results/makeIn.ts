import type { TaskView } from '@star-graph/contract/tasks/tasks';
import { showToast } from '@star-graph/ui/overlays/toasts.tsx';
import { describeProblem } from '../../../data/problemText.ts';
import { api } from '../../../session/session.ts';
import { recallSettings } from '../recall.ts';
import type { Studio } from '../studio.ts';
import { propertiesOf } from '../workflows/groupWorkflows.ts';
import { painting } from './chosen.ts';
import { texts } from './texts.ts';

/** Fills in the form of another workflow with a result and what suits it of the task's settings. */
export async function makeIn(
  studio: Studio,
  task: TaskView,
  output: number,
  workflow: string,
): Promise<void> {
  try {
    const made = await api.translateTask({ params: { id: task.id }, query: { workflow, output } });
    const { seed: _seed, ...params } = made.params;
    const recalled = recallSettings(studio, { workflow: made.workflow, params });
    if (!recalled) return;
    // Where a part is to change, it is painted at once.
    if ('mask' in propertiesOf(recalled.workflow)) painting.value = recalled.workflow.name;
    studio.fillIn(recalled.workflow, recalled.draft, texts.usedIn);
  } catch (error) {
    showToast({ tone: 'bad', text: describeProblem(error) });
  }
}
