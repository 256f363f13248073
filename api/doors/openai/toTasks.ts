import { Problem } from '@star-graph/core/ground/errors';
import type { PersonCaller } from '@star-graph/core/people/identity/caller';
import type { Workflow } from '@star-graph/workflows';
import type { DoorDeps } from '../doorDeps.ts';
import { findModel, unknownModel } from '../findModel.ts';
import { fitSize, type Size } from '../fitSize.ts';
import { type Planned, partOfSent, requireRoom, type SentCount, standIns } from '../planned.ts';
import { paramsOf } from '../workflowParts.ts';
import type { Asked } from './parameters.ts';

/** @throws Problem `not-found`, `forbidden`, `invalid-params`. */
export async function planTasks(
  deps: DoorDeps,
  caller: PersonCaller,
  asked: Asked,
  sent: SentCount,
): Promise<Planned> {
  const words = { prompt: asked.prompt, ...asked.own };
  const { workflow } = await chooseFor(deps, caller, {
    model: asked.model,
    part: partOfSent(sent),
    params: { ...words, ...standIns(sent) },
  });
  requireRoom(workflow, sent, '/image');
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
