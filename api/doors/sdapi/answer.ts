import { withPngText } from '@star-graph/core/media/metadata/pngText';
import type { TaskWithOutputs } from '@star-graph/core/work/tasks/findTasks';
import { infotextKeyword } from '@star-graph/workflows/shared/infotext';
import { samplerNames, schedulerNames } from '@star-graph/workflows/shared/samplerNames';
import { version } from '../../version.ts';
import { creditsOf, type DrawnTask, faultOf, firstFaultOf, readResult, tellOthers } from '../readResults.ts';
import type { PlannedDrawing } from './plan.ts';
import type { SdapiDeps } from './sdapiDeps.ts';

/** What the request was, as these programs are told it again: without pictures, and without what they sent of themselves. */
type Echo = Readonly<Record<string, unknown>>;

/**
 * Where some of several tasks failed, the answer has the pictures of the others, which are paid.
 * @throws Problem of the first task where none has a picture.
 */
export async function presentDrawing(
  deps: SdapiDeps,
  { model, comments }: PlannedDrawing,
  ended: readonly DrawnTask[],
  { echo, sendsImages }: { echo: Echo; sendsImages: boolean },
): Promise<object> {
  const drawn = ended.flatMap((one) =>
    faultOf(one) ? [] : one.outputs.map((asset) => ({ asset, task: one.task })),
  );
  const [first] = drawn;
  if (!first) throw firstFaultOf(ended);
  const images: string[] = [];
  // One after the other: each is held in memory while it is encoded.
  for (const one of sendsImages ? drawn : []) {
    const png = await readResult(deps, one.asset, { format: 'png' });
    images.push(withPngText(png, { [infotextKeyword]: writeInfotext(model, one) }).toString('base64'));
  }
  const others = await tellOthers(deps, ended);
  const said = others === '' ? comments : [...comments, others];
  const info = { ...describe(model, first, drawn), comments: said, credits: creditsOf(ended) };
  return { images, parameters: echo, info: JSON.stringify(info) };
}

function describe(model: string, { asset, task }: Drawn, drawn: readonly Drawn[]) {
  const { params } = task;
  const each = <T>(read: (params: Drawn['task']['params']) => T): T[] =>
    drawn.map((one) => read(one.task.params));
  const textOf = (value: unknown) => (typeof value === 'string' ? value : '');
  return {
    prompt: textOf(params.prompt),
    all_prompts: each((one) => textOf(one.prompt)),
    negative_prompt: textOf(params.negativePrompt),
    all_negative_prompts: each((one) => textOf(one.negativePrompt)),
    seed: params.seed ?? null,
    all_seeds: each((one) => one.seed ?? null),
    subseed: params.seed ?? null,
    all_subseeds: each((one) => one.seed ?? null),
    subseed_strength: 0,
    width: asset.width,
    height: asset.height,
    sampler_name: samplerNames.toTheirs(textOf(params.sampler)),
    cfg_scale: params.cfg ?? null,
    steps: params.steps ?? null,
    batch_size: drawn.length,
    restore_faces: false,
    face_restoration_model: null,
    sd_model_name: model,
    sd_model_hash: '',
    sd_vae_name: null,
    sd_vae_hash: null,
    seed_resize_from_w: -1,
    seed_resize_from_h: -1,
    denoising_strength: params.denoise ?? null,
    extra_generation_params: {},
    index_of_first_image: 0,
    infotexts: drawn.map((one) => writeInfotext(model, one)),
    styles: [],
    job_timestamp: timestampOf(task.createdAt),
    clip_skip: 1,
    is_using_inpainting_conditioning: false,
    version: `star-graph ${version}`,
  };
}

/** 20261128061500 */
export const timestampOf = (date: Date): string => date.toISOString().slice(0, 19).replaceAll(/[-T:]/g, '');

interface Drawn {
  asset: { width: number; height: number };
  task: TaskWithOutputs['task'];
}

/** The lines that these programs write into their pictures. */
function writeInfotext(model: string, { asset, task: { params } }: Drawn): string {
  const named = (label: string, value: unknown) =>
    value === undefined || value === null || value === '' ? [] : [`${label}: ${String(value)}`];
  const facts = [
    ...named('Steps', params.steps),
    ...named('Sampler', params.sampler && samplerNames.toTheirs(String(params.sampler))),
    ...named('Schedule type', params.scheduler && schedulerNames.toTheirs(String(params.scheduler))),
    ...named('CFG scale', params.cfg),
    ...named('Seed', params.seed),
    `Size: ${asset.width}x${asset.height}`,
    ...named('Model', model),
    ...named('Denoising strength', params.denoise),
    `Version: star-graph ${version}`,
  ];
  const negative = named('Negative prompt', params.negativePrompt);
  return [String(params.prompt ?? ''), ...negative, facts.join(', ')].join('\n');
}
