import type { WorkflowView } from '../../../../../contract/catalogue/workflows.ts';
import type { TaskView } from '../../../../../contract/tasks/tasks.ts';
import { isOwnGraph } from '../../../data/ownGraph.ts';
import { propertiesOf } from '../workflows/groupWorkflows.ts';
import type { Wish } from './presses.ts';

type Listed = readonly WorkflowView[];

/** What is made from a result by one tap, without its form. */
export type RemakeKind = 'again' | 'vary' | 'upscale';

/** Another look at the same picture. */
const varyDenoise = 0.5;

/** Undefined: it cannot be made of this result now. */
export function remake(kind: RemakeKind, listed: Listed, task: TaskView, output: number): Wish | undefined {
  if (kind === 'again') return againWish(listed, task);
  const picture = task.outputs[output];
  if (!picture?.mime.startsWith('image/')) return undefined;
  const workflow = kind === 'vary' ? 'img2img' : 'upscale';
  if (!listed.some(({ name, available }) => name === workflow && available)) return undefined;
  const { prompt, negativePrompt } = task.params;
  // All texts of a graph stand in its prompt, also those of what it should not show.
  if (kind === 'vary' && isOwnGraph(task)) return undefined;
  if (kind === 'vary' && (typeof prompt !== 'string' || prompt === '')) return undefined;
  const words = { prompt, ...(negativePrompt !== undefined && { negativePrompt }) };
  const own = kind === 'vary' ? { ...words, denoise: varyDenoise } : { scale: 2 };
  return {
    workflow,
    params: { image: picture.id, ...own },
    meta: { parentId: task.id },
    count: 1,
    aspect: picture.width / picture.height,
  };
}

/** The same request, with a seed of its own. */
function againWish(listed: Listed, task: TaskView): Wish | undefined {
  const workflow = listed.find(({ name }) => name === task.workflow.name);
  if (!workflow) return undefined;
  const seeds = Object.entries(propertiesOf(workflow)).filter(([, schema]) => schema['x-seed']);
  const dropped = new Set(['seed', ...seeds.map(([param]) => param)]);
  const params = Object.fromEntries(Object.entries(task.params).filter(([param]) => !dropped.has(param)));
  return {
    workflow: workflow.name,
    params,
    meta: { parentId: task.id },
    count: countOf(task.params),
    aspect: aspectOf(task),
  };
}

/** How many results parameters ask for. */
export const countOf = ({ count }: Readonly<Record<string, unknown>>): number =>
  typeof count === 'number' && count >= 1 ? count : 1;

/** Width to height of a task's results, as far as it is known. */
export function aspectOf({ outputs, params }: Pick<TaskView, 'outputs' | 'params'>): number {
  const [first] = outputs;
  if (first) return first.width / first.height;
  const { width, height } = params;
  return typeof width === 'number' && typeof height === 'number' && height > 0 ? width / height : 1;
}

/** What its price would be with nothing but the required values: shown beside the action. */
export function remakePrice(kind: RemakeKind, listed: Listed, task: TaskView): number | undefined {
  if (kind === 'again') return task.cost;
  const name = kind === 'vary' ? 'img2img' : 'upscale';
  return listed.find((one) => one.name === name)?.exampleCost;
}
