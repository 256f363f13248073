import type { AssetView } from '@star-graph/contract/assets/assets';
import type { WorkflowView } from '@star-graph/contract/catalogue/workflows';
import type { TaskView } from '@star-graph/contract/tasks/tasks';
import { isOwnGraph } from '../../data/ownGraph.ts';
import type { Wish } from './wish.ts';
import { propertiesOf } from './workflows/groupWorkflows.ts';

type Listed = readonly WorkflowView[];

/** What is made from a result by one tap, without its form. */
export type RemakeKind =
  | 'again'
  | 'varySubtle'
  | 'varyStrong'
  | 'upscale'
  | 'zoomOut'
  | 'panLeft'
  | 'panRight'
  | 'panUp'
  | 'panDown';

interface Way {
  workflow: string;
  /** Whether it is drawn by the words of the result. */
  takesWords: boolean;
  params(picture: AssetView): Readonly<Record<string, unknown>>;
}

/** A part of a side, in steps that every model draws. */
const partOf = (side: number, share: number): number => Math.max(8, Math.round((side * share) / 8) * 8);
const vary = (denoise: number): Way => ({
  workflow: 'img2img',
  takesWords: true,
  params: () => ({ denoise }),
});
const extend = (params: Way['params']): Way => ({ workflow: 'outpaint', takesWords: true, params });
const panShare = 0.5;
const zoomShare = 0.25;

const ways: Readonly<Record<Exclude<RemakeKind, 'again'>, Way>> = {
  varySubtle: vary(0.35),
  varyStrong: vary(0.75),
  upscale: { workflow: 'upscale', takesWords: false, params: () => ({ scale: 2 }) },
  zoomOut: extend(({ width, height }) => {
    const [beside, above] = [partOf(width, zoomShare), partOf(height, zoomShare)];
    return { left: beside, right: beside, top: above, bottom: above };
  }),
  panLeft: extend(({ width }) => ({ left: partOf(width, panShare) })),
  panRight: extend(({ width }) => ({ right: partOf(width, panShare) })),
  panUp: extend(({ height }) => ({ top: partOf(height, panShare) })),
  panDown: extend(({ height }) => ({ bottom: partOf(height, panShare) })),
};

/** Undefined: it cannot be made of this result now. */
export function remake(kind: RemakeKind, listed: Listed, task: TaskView, output: number): Wish | undefined {
  if (kind === 'again') return againWish(listed, task);
  const picture = task.outputs[output];
  if (!picture?.mime.startsWith('image/')) return undefined;
  const { workflow, takesWords, params } = ways[kind];
  if (!listed.some(({ name, available }) => name === workflow && available)) return undefined;
  const { prompt, negativePrompt } = task.params;
  // All texts of a graph stand in its prompt, also those of what it should not show.
  if (takesWords && (isOwnGraph(task) || typeof prompt !== 'string' || prompt === '')) return undefined;
  const words = takesWords ? { prompt, ...(negativePrompt !== undefined && { negativePrompt }) } : {};
  return {
    workflow,
    params: { image: picture.id, ...words, ...params(picture) },
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
