import { hasOwnCommand } from '@star-graph/contract/guilds/placeFaults';
import type { TaskView } from '@star-graph/contract/tasks/tasks';
import { promptMaxCharacters } from '@star-graph/workflows/params/fields';
import { cutsOut, type GenerationRequest } from '../../generate/generationRequest.ts';
import type { ButtonId } from './customId.ts';
import { formatYesId } from './yesId.ts';

type Request = GenerationRequest | undefined;

const pictureOf = (task: TaskView, index: number): string | undefined => {
  const output = task.outputs[index];
  return output?.mime.startsWith('image/') ? output.id : undefined;
};

/** How far a variation departs from the picture: another look at the same, or another picture of the same kind. */
const varyDenoise = { vary: 0.5, subtle: 0.35, strong: 0.7 };
/** Parameters that text2img and img2img share, and a variation keeps. */
const keptParams = ['prompt', 'negativePrompt', 'model', 'steps', 'cfg', 'sampler', 'scheduler', 'loras'];

/** What words say suits every model. The rest is kept between the workflows that have their own commands. */
const words = ['prompt', 'negativePrompt'];

/** The values of a task's parameters with these names, as far as they suit another workflow. */
export const keptParamsOf = (
  { params, workflow }: TaskView,
  names: readonly string[],
): Record<string, unknown> =>
  Object.fromEntries(
    names
      .filter((name) => name in params && (words.includes(name) || hasOwnCommand(workflow.name)))
      .map((name) => [name, params[name]]),
  );

/** The same request, with a seed of its own. */
export function rerollRequest(task: TaskView): GenerationRequest {
  const { seed: _seed, ...params } = task.params;
  return { workflow: task.workflow.name, params, parentId: task.id };
}

/** The same request with another prompt. */
export function editRequest(task: TaskView, prompt: string, negativePrompt: string | undefined): Request {
  const { seed: _seed, ...params } = task.params;
  const texts = { prompt, ...(negativePrompt === undefined ? {} : { negativePrompt }) };
  return { workflow: task.workflow.name, params: { ...params, ...texts }, parentId: task.id };
}

/** Undefined: there is no such picture. */
export function upscaleRequest(task: TaskView, { index }: ButtonId): Request {
  const image = pictureOf(task, index);
  if (image === undefined) return undefined;
  const params = { image, scale: 2 };
  return { workflow: 'upscale', params, parentId: task.id };
}

/** A picture of the words that a task has made. */
export function drawRequest({ id: parentId, outputs }: TaskView): Request {
  const prompt = outputs.find(({ text }) => text !== undefined)?.text?.slice(0, promptMaxCharacters);
  return prompt ? { workflow: 'text2img', params: { prompt }, takesDefaults: true, parentId } : undefined;
}

/** The picture without its background. */
export function cutOutRequest(task: TaskView, { index }: ButtonId): Request {
  const image = pictureOf(task, index);
  if (image === undefined) return undefined;
  return { workflow: cutsOut, params: { image }, parentId: task.id };
}

export const varyRequest =
  (how: keyof typeof varyDenoise) =>
  (task: TaskView, { index }: ButtonId): Request => {
    const image = pictureOf(task, index);
    if (image === undefined) return undefined;
    const params = { ...keptParamsOf(task, keptParams), image, denoise: varyDenoise[how] };
    return { workflow: 'img2img', params, parentId: task.id };
  };

export function animateRequest(
  task: TaskView,
  { index }: Pick<ButtonId, 'index'>,
  isPrivate: boolean,
): Request {
  const image = pictureOf(task, index);
  if (image === undefined) return undefined;
  const after = { kind: 'animate', taskId: task.id, index, isPrivate } as const;
  return {
    workflow: 'img2video',
    params: { image },
    parentId: task.id,
    unseen: { yes: (cost) => formatYesId({ cost, after }) },
  };
}

/** The same of any picture. */
export const animatePicture = (
  assetId: string,
  isPrivate: boolean,
  parentId: string | undefined,
): GenerationRequest => ({
  workflow: 'img2video',
  params: { image: assetId },
  ...(parentId === undefined ? {} : { parentId }),
  unseen: {
    yes: (cost) => formatYesId({ cost, after: { kind: 'picture', assetId, parentId, isPrivate } }),
  },
});
