import { Problem } from '@star-graph/core/errors';
import type { PersonCaller } from '@star-graph/core/identity/caller';
import type { Workflow } from '@star-graph/workflows';
import type { DoorDeps } from '../doorDeps.ts';
import { findModel, unknownModel } from '../models/findModel.ts';
import { fitSize, type Size } from '../models/fitSize.ts';
import { mostPicturesOf, type Part, paramsOf, pictureParamsOf } from '../models/workflowParts.ts';
import type { StoredPictures } from '../pictures/storePictures.ts';
import type { DoorRequest } from '../tasks/acceptTasks.ts';
import type { Asked } from './parameters.ts';

/** A request with the workflow that answers it, before its pictures are stored. */
export interface Planned {
  workflow: Workflow;
  /** Without pictures. */
  params: Readonly<Record<string, unknown>>;
}

/** Stands for pictures while the workflow is chosen, which none of them decides by itself. */
const anyPicture = '01900000-0000-7000-8000-000000000000';

/** @throws Problem `not-found`, `forbidden`, `invalid-params`. */
export async function planTasks(
  deps: DoorDeps,
  caller: PersonCaller,
  asked: Asked,
  sent: { images: number; hasMask: boolean },
): Promise<Planned> {
  const part: Part = sent.hasMask ? 'redraw' : sent.images > 0 ? 'change' : 'draw';
  const words = { prompt: asked.prompt, ...asked.own };
  const pictures = namePictures(
    Array.from({ length: sent.images }, () => anyPicture),
    sent.hasMask ? anyPicture : undefined,
  );
  const { workflow } = await chooseFor(deps, caller, {
    ...{ model: asked.model, part },
    params: { ...words, ...pictures },
  });
  const most = pictureParamsOf(workflow).length;
  if (sent.images > most)
    throw new Problem('invalid-params', 'There are too many pictures for this model.', {
      errors: [{ pointer: '/image', message: `Send at most ${most}.` }],
    });
  return { workflow, params: { ...words, ...sizeOf(workflow, asked.size), ...stepsOf(workflow, asked) } };
}

async function chooseFor(deps: DoorDeps, caller: PersonCaller, asked: Parameters<typeof findModel>[2]) {
  try {
    return await findModel(deps, caller, asked);
  } catch (error) {
    // Of a hidden one, too.
    if (error instanceof Problem && error.code === 'not-found') throw unknownModel(asked.model);
    throw error;
  }
}

const namePictures = (ids: readonly string[], maskId: string | undefined): Record<string, string> => ({
  ...Object.fromEntries(ids.map((id, index) => [index === 0 ? 'image' : `image${index + 1}`, id])),
  ...(maskId === undefined ? {} : { mask: maskId }),
});

function sizeOf(workflow: Workflow, size: string): Partial<Size> {
  if (size === 'auto') return {};
  const [width = 0, height = 0] = size.split('x').map(Number);
  return fitSize(workflow, { width, height }) ?? {};
}

/** Of the workflow's own number of steps. */
const stepFactors: Readonly<Partial<Record<Asked['quality'], number>>> = {
  low: 0.5,
  high: 1.5,
  hd: 1.5,
  xhigh: 1.75,
  max: 2,
};

function stepsOf(workflow: Workflow, { quality, own }: Asked): { steps?: number } {
  const factor = stepFactors[quality];
  const { steps } = paramsOf(workflow);
  if (factor === undefined || own.steps !== undefined || typeof steps?.default !== 'number') return {};
  const wanted = Math.round(steps.default * factor);
  return { steps: Math.min(Math.max(wanted, steps.minimum ?? 1), steps.maximum ?? wanted) };
}

/** One task for as many pictures as the workflow makes at once. */
export function toTasks({ workflow, params }: Planned, stored: StoredPictures, n: number): DoorRequest {
  const pictures = namePictures(stored.imageIds, stored.maskId);
  const most = mostPicturesOf(workflow);
  const counts = Array.from({ length: Math.ceil(n / most) }, (_, index) => Math.min(most, n - index * most));
  const bodies = counts.map((count) => ({ ...params, ...pictures, ...(most > 1 ? { count } : {}) }));
  return { workflowName: workflow.name, bodies };
}
