import type { WorkflowView } from '@star-graph/contract/catalogue/workflows';
import { liveTasks } from '../../../data/live.ts';
import { propertiesOf } from '../workflows/groupWorkflows.ts';
import { taskList } from './taskList.ts';

/** The seed of the newest result of a workflow, which a lock keeps. */
export function lastSeedOf(workflow: WorkflowView): number | undefined {
  const param = Object.entries(propertiesOf(workflow)).find(([, schema]) => schema['x-seed'])?.[0];
  if (param === undefined) return undefined;
  const names = new Set([workflow.name, ...(workflow.engines ?? []).map((engine) => engine.workflow)]);
  const tasks = [...taskList.value.tasks, ...[...liveTasks.value.values()].map(({ task }) => task)];
  const [newest] = tasks
    .filter((task) => task.status === 'succeeded' && names.has(task.workflow.name))
    .sort((a, b) => (a.id < b.id ? 1 : -1));
  const seed = newest?.params[param];
  return typeof seed === 'number' ? seed : undefined;
}
