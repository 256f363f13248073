import { mediaKindOf } from '@star-graph/workflows/shared/mediaKinds';
import { fitsResult } from '@star-graph/workflows/translation/fitsResult';
import type { TaskView } from '../tasks/tasks.ts';
import type { WorkflowView } from './workflows.ts';

/** The workflow whose name people know: an engine's is that of the workflow that it stands for. */
export const nameServed = (listed: readonly WorkflowView[], name: string): string =>
  listed.find((one) => one.name === name)?.engineOf ?? name;

/**
 * What a task's result can be made again with now: engines of the same name, then what has a name of its own, then
 * engines of the others. A list that is cut off loses no kind of work.
 */
export function listFitting(listed: readonly WorkflowView[], task: TaskView, output: number): WorkflowView[] {
  const madeAs = nameServed(listed, task.workflow.name);
  const mime = task.outputs[output]?.mime;
  const kind = mime === undefined ? undefined : mediaKindOf(mime);
  const made = { workflow: task.workflow.name, params: task.params, kind } as const;
  const fitting = listed.filter((one) => canRun(one) && fitsResult(one, made, madeAs));
  const placeOf = ({ name, engineOf }: WorkflowView): number => {
    if (nameServed(listed, name) === madeAs) return 0;
    return engineOf === undefined ? 1 : 2;
  };
  return fitting.toSorted((a, b) => placeOf(a) - placeOf(b));
}

/** By its own name, which an available engine does not say. */
const canRun = ({ name, available, engines }: WorkflowView): boolean =>
  engines?.find(({ workflow }) => workflow === name)?.available ?? available;
