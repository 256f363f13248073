import { listFitting, nameServed } from '@star-graph/contract/catalogue/fittingWorkflows';
import type { WorkflowView } from '@star-graph/contract/catalogue/workflows';
import type { TaskView } from '@star-graph/contract/tasks/tasks';

/** One name that people know, with the workflows behind it. */
export interface AgainChoice {
  title: string;
  workflows: WorkflowView[];
}

/** What a task's result can be made again with: each name once, with its engines; a workflow of its own stands alone. */
export function listAgainChoices(
  listed: readonly WorkflowView[],
  task: TaskView,
  locale: 'en' | 'zh-CN',
): AgainChoice[] {
  const groups = Map.groupBy(listFitting(listed, task, 0), ({ name }) => nameServed(listed, name));
  return [...groups].map(([name, workflows]) => {
    const shown = listed.find((one) => one.name === name) ?? workflows[0];
    return { title: shown?.title[locale] ?? name, workflows };
  });
}
