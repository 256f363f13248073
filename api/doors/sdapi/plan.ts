import { Problem } from '@star-graph/core/ground/errors';
import type { ChosenEngine } from '@star-graph/core/work/tasks/accepting/chooseEngine';
import type { Workflow } from '@star-graph/workflows';
import { readSampler } from '@star-graph/workflows/shared/samplerNames';
import { findModel } from '../findModel.ts';
import { fitSize } from '../fitSize.ts';
import { type Planned, partOfSent, requireRoom, type SentCount, standIns } from '../planned.ts';
import { paramsOf } from '../workflowParts.ts';
import { nameOfFile } from './choices.ts';
import { readModel } from './options.ts';
import type { Asked } from './parameters.ts';
import { refused } from './parseBody.ts';
import type { KeyCaller, SdapiDeps } from './sdapiDeps.ts';

/** A request with its workflow, and what came out otherwise than it was asked for. */
export interface PlannedDrawing extends Planned {
  /** As the program calls it. */
  model: string;
  comments: readonly string[];
}

/**
 * The workflow is chosen by words and pictures alone: these programs send steps, sampler and all with every request,
 * and mean what their form happens to hold. What the model has no use for is said in the answer.
 * @throws Problem `not-found`, `forbidden`, `invalid-params`.
 */
export async function planDrawing(
  deps: SdapiDeps,
  caller: KeyCaller,
  asked: Asked,
  sent: SentCount,
): Promise<PlannedDrawing> {
  const model = asked.override_settings?.sd_model_checkpoint || (await readModel(deps, caller));
  const { prompt, loras } = readPrompt(asked.prompt ?? '');
  const { workflow, params } = await choose(deps, caller, { model, prompt, sent });
  requireRoom(workflow, sent, '/init_images');
  const fitted = fit(workflow, asked);
  if (loras.length > 0) fitted.params.loras = await nameLoras(deps, caller, workflow, loras);
  return {
    workflow,
    model,
    params: { ...withoutStandIns(params, sent), ...fitted.params },
    comments: fitted.comments,
  };
}

/** By a name of the operator, a workflow, or a checkpoint that a workflow takes. */
async function choose(
  deps: SdapiDeps,
  caller: KeyCaller,
  { model, prompt, sent }: { model: string; prompt: string; sent: SentCount },
): Promise<{ workflow: Workflow; params: Record<string, unknown> }> {
  const part = partOfSent(sent);
  const words = { prompt, ...standIns(sent) };
  const find = async (name: string, params: Record<string, unknown>): Promise<ChosenEngine> =>
    findModel(deps, caller, { model: name, part, params });
  try {
    return { workflow: (await find(model, words)).workflow, params: words };
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'not-found') throw error;
    const checkpoint = await deps.choices.findCheckpoint(caller, model, part);
    if (!checkpoint) throw unknownCheckpoint(model);
    const params = { ...words, model: checkpoint.file };
    return { workflow: (await find(checkpoint.workflowName, params)).workflow, params };
  }
}

const unknownCheckpoint = (model: string): Problem =>
  new Problem('not-found', `There is no model ${model} that does this, or you may not use it.`, {
    errors: [{ pointer: '/model', message: 'GET /sdapi/v1/sd-models lists the models.' }],
  });

function withoutStandIns(params: Record<string, unknown>, sent: SentCount): Record<string, unknown> {
  const names = Object.keys(standIns(sent));
  return Object.fromEntries(Object.entries(params).filter(([name]) => !names.includes(name)));
}

/** Their names of our parameters, in the order of their documentation. */
function readValues(asked: Asked): Record<string, { theirs: string; value: unknown }> {
  const { sampler, scheduler } = readSampler(
    asked.sampler_name ?? asked.sampler_index ?? undefined,
    asked.scheduler ?? undefined,
  );
  const seed = asked.seed === -1 ? undefined : asked.seed;
  return {
    negativePrompt: { theirs: 'negative_prompt', value: asked.negative_prompt || undefined },
    seed: { theirs: 'seed', value: seed },
    sampler: { theirs: 'sampler_name', value: sampler },
    scheduler: { theirs: 'scheduler', value: scheduler },
    steps: { theirs: 'steps', value: asked.steps },
    cfg: { theirs: 'cfg_scale', value: asked.cfg_scale },
    denoise: { theirs: 'denoising_strength', value: asked.denoising_strength },
  };
}

function fit(workflow: Workflow, asked: Asked): { params: Record<string, unknown>; comments: string[] } {
  const known = paramsOf(workflow);
  const params: Record<string, unknown> = {};
  const comments: string[] = [];
  for (const [name, { theirs, value }] of Object.entries(readValues(asked))) {
    if (value === undefined || value === null) continue;
    if (name in known) params[name] = value;
    // Programs send it with every drawing, where it belongs to a second pass.
    else if (name !== 'denoise') comments.push(`${theirs}: the model ${workflow.name} decides it by itself.`);
  }
  const size = sizeOf(workflow, asked);
  return { params: { ...params, ...size.params }, comments: [...comments, ...size.comments] };
}

/** One side alone means a square. */
function sizeOf(workflow: Workflow, asked: Asked): { params: Record<string, unknown>; comments: string[] } {
  const width = asked.width ?? asked.height;
  const height = asked.height ?? asked.width;
  if (typeof width !== 'number' || typeof height !== 'number') return { params: {}, comments: [] };
  const fitted = fitSize(workflow, { width, height });
  if (!fitted) return { params: {}, comments: ['width, height: the result has the size of the picture.'] };
  const isSame = fitted.width === width && fitted.height === height;
  const said = `${width}x${height} became ${fitted.width}x${fitted.height}, the nearest size that the model makes.`;
  return { params: { ...fitted }, comments: isSame ? [] : [said] };
}

async function nameLoras(
  deps: SdapiDeps,
  caller: KeyCaller,
  workflow: Workflow,
  written: ReturnType<typeof readPrompt>['loras'],
): Promise<{ name: string; weight: number }[]> {
  if (!('loras' in paramsOf(workflow)))
    throw refused([{ pointer: '/prompt', message: `The model ${workflow.name} takes no LoRAs.` }]);
  const files = await deps.choices.list(caller, 'loras');
  return written.map(({ name, weight }) => ({
    name: files.find((file) => file === name || nameOfFile(file) === name) ?? name,
    weight,
  }));
}

/** A LoRA as these programs write it into a prompt. */
interface WrittenLora {
  name: string;
  weight: number;
}

const loraPattern = /<(?:lora|lyco):([^:<>]{1,255})(?::([^<>]{0,40}))?>/gi;

/** The words of a prompt, and the LoRAs that it names as `<lora:name:weight>`. */
function readPrompt(text: string): { prompt: string; loras: WrittenLora[] } {
  const loras: WrittenLora[] = [];
  const prompt = text.replaceAll(loraPattern, (_all, name: string, weight: string | undefined) => {
    // Of several weights the first is that of the picture.
    const [first = ''] = (weight ?? '').split(':');
    loras.push({ name: name.trim(), weight: first === '' ? 1 : Number(first) });
    return '';
  });
  return { prompt: prompt.trim(), loras };
}
