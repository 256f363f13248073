import { renderPreview } from '../pictures/renderSample.ts';
import { type NodeContext, type NodeDefinition, NodeFailure } from './node.ts';
import {
  type ConditioningValue,
  type Latent,
  type LatentValue,
  type ModelValue,
  type NodeInputs,
  numberInput,
  requireInput,
  type SampleRecipe,
  seedInput,
  textInput,
} from './values.ts';

interface SamplerSettings {
  model: ModelValue;
  positive: ConditioningValue;
  negativePrompt: string;
  samples: LatentValue;
  seed: string;
  steps: number;
  cfg: number;
  sampler: string;
  scheduler: string;
  /** Share of the picture made anew. */
  denoise: number;
  /** Steps that are really taken; fewer than `steps` when only a part of them is sampled. */
  takenSteps: number;
}

/** Takes the steps, with progress and previews, and leaves a recipe for each latent of the batch. */
async function sample(context: NodeContext, settings: SamplerSettings): Promise<LatentValue> {
  const { model, positive, samples, takenSteps } = settings;
  checkFamily(model, positive);
  const recipes = samples.latents.map((base, index) => recipeOf(settings, base, index));
  const first = recipes[0];
  const { grainyPreviews, simulation } = context.config;
  const { instant } = simulation;
  for (let step = 1; step <= takenSteps; step++) {
    await context.simulateStep(context.config.simulation.secondsPerStep);
    await context.injectFaults('sampler-step');
    const image =
      context.previews && first && !instant
        ? {
            format: 'jpeg' as const,
            bytes: await renderPreview(context, first, { step, steps: takenSteps, isGrainy: grainyPreviews }),
          }
        : undefined;
    context.progress(step, takenSteps, image);
  }
  const { noiseMask: _, ...unmasked } = samples;
  return { ...unmasked, latents: recipes.map((recipe) => ({ kind: 'sampled' as const, recipe })) };
}

function recipeOf(settings: SamplerSettings, base: Latent, index: number): SampleRecipe {
  const { model, positive, samples } = settings;
  return {
    model: model.file.name,
    family: model.file.family,
    loras: model.loras,
    prompt: positive.text,
    negativePrompt: settings.negativePrompt,
    seed: settings.seed,
    steps: settings.steps,
    cfg: settings.cfg,
    sampler: settings.sampler,
    scheduler: settings.scheduler,
    denoise: settings.denoise,
    width: samples.width,
    height: samples.height,
    batchIndex: samples.isVideo ? 0 : index,
    frame: samples.isVideo ? { index, count: samples.latents.length } : null,
    base,
    controls: positive.controls,
    ...(samples.noiseMask && { noiseMask: samples.noiseMask }),
    ...(positive.initPicture && { initPicture: positive.initPicture }),
    ...(positive.motion !== undefined && { motion: positive.motion }),
  };
}

/** Widths of the text encoders; a model fed with another's conditioning fails in its first multiplication. */
const encoderWidths = { sd15: 768, sdxl: 2048, svd: 1024 } as const;

function checkFamily({ file }: ModelValue, { family }: ConditioningValue): void {
  if (!file.family || !family || file.family === family) return;
  const given = encoderWidths[family];
  const wanted = encoderWidths[file.family];
  throw new NodeFailure(
    'RuntimeError',
    `mat1 and mat2 shapes cannot be multiplied (154x${given} and ${wanted}x320)`,
  );
}

const readCommon = (inputs: NodeInputs) => ({
  model: requireInput(inputs, 'model', 'MODEL'),
  positive: requireInput(inputs, 'positive', 'CONDITIONING'),
  negativePrompt: requireInput(inputs, 'negative', 'CONDITIONING').text,
  samples: requireInput(inputs, 'latent_image', 'LATENT'),
  cfg: numberInput(inputs, 'cfg', 8),
});

const kSampler: NodeDefinition = {
  async run(context, inputs) {
    const steps = numberInput(inputs, 'steps', 20);
    const denoise = numberInput(inputs, 'denoise', 1);
    const sampled = await sample(context, {
      ...readCommon(inputs),
      seed: seedInput(inputs, 'seed'),
      steps,
      sampler: textInput(inputs, 'sampler_name'),
      scheduler: textInput(inputs, 'scheduler'),
      denoise,
      // The schedule is stretched for a part of the noise, and all its steps are taken.
      takenSteps: denoise > 0 ? steps : 0,
    });
    return { outputs: [sampled] };
  },
};

const kSamplerAdvanced: NodeDefinition = {
  async run(context, inputs) {
    const steps = numberInput(inputs, 'steps', 20);
    const start = Math.min(steps, numberInput(inputs, 'start_at_step'));
    const end = Math.min(steps, numberInput(inputs, 'end_at_step', 10_000));
    const takenSteps = Math.max(0, end - start);
    const common = readCommon(inputs);
    const isFresh = common.samples.latents.every((latent) => latent.kind === 'empty');
    const sampled = await sample(context, {
      ...common,
      seed: seedInput(inputs, 'noise_seed'),
      steps,
      sampler: textInput(inputs, 'sampler_name'),
      scheduler: textInput(inputs, 'scheduler'),
      // What was sampled before stays in proportion to the steps that are left.
      denoise: isFresh ? 1 : takenSteps / steps,
      takenSteps,
    });
    return { outputs: [sampled] };
  },
};

const samplerCustom: NodeDefinition = {
  async run(context, inputs) {
    const { scheduler, steps, denoise } = requireInput(inputs, 'sigmas', 'SIGMAS');
    const sampled = await sample(context, {
      ...readCommon(inputs),
      seed: seedInput(inputs, 'noise_seed'),
      steps,
      sampler: requireInput(inputs, 'sampler', 'SAMPLER').name,
      scheduler,
      denoise,
      takenSteps: steps,
    });
    return { outputs: [sampled, sampled] };
  },
};

const samplerCustomAdvanced: NodeDefinition = {
  async run(context, inputs) {
    const { scheduler, steps, denoise } = requireInput(inputs, 'sigmas', 'SIGMAS');
    const { model, positive, negativePrompt, cfg } = requireInput(inputs, 'guider', 'GUIDER');
    const sampled = await sample(context, {
      model,
      positive,
      negativePrompt,
      cfg,
      samples: requireInput(inputs, 'latent_image', 'LATENT'),
      seed: requireInput(inputs, 'noise', 'NOISE').seed,
      steps,
      sampler: requireInput(inputs, 'sampler', 'SAMPLER').name,
      scheduler,
      denoise,
      takenSteps: steps,
    });
    return { outputs: [sampled, sampled] };
  },
};

const kSamplerSelect: NodeDefinition = {
  run: (_context, inputs) => ({ outputs: [{ type: 'SAMPLER', name: textInput(inputs, 'sampler_name') }] }),
};

const basicScheduler: NodeDefinition = {
  run: (_context, inputs) => ({
    outputs: [
      {
        type: 'SIGMAS',
        scheduler: textInput(inputs, 'scheduler'),
        steps: numberInput(inputs, 'steps', 20),
        denoise: numberInput(inputs, 'denoise', 1),
      },
    ],
  }),
};

const randomNoise: NodeDefinition = {
  run: (_context, inputs) => ({ outputs: [{ type: 'NOISE', seed: seedInput(inputs, 'noise_seed') }] }),
};

const basicGuider: NodeDefinition = {
  run: (_context, inputs) => ({
    outputs: [
      {
        type: 'GUIDER',
        model: requireInput(inputs, 'model', 'MODEL'),
        positive: requireInput(inputs, 'conditioning', 'CONDITIONING'),
        negativePrompt: '',
        cfg: 1,
      },
    ],
  }),
};

const cfgGuider: NodeDefinition = {
  run: (_context, inputs) => ({
    outputs: [
      {
        type: 'GUIDER',
        model: requireInput(inputs, 'model', 'MODEL'),
        positive: requireInput(inputs, 'positive', 'CONDITIONING'),
        negativePrompt: requireInput(inputs, 'negative', 'CONDITIONING').text,
        cfg: numberInput(inputs, 'cfg', 8),
      },
    ],
  }),
};

export const samplerNodes: Readonly<Record<string, NodeDefinition>> = {
  KSampler: kSampler,
  KSamplerAdvanced: kSamplerAdvanced,
  SamplerCustom: samplerCustom,
  SamplerCustomAdvanced: samplerCustomAdvanced,
  KSamplerSelect: kSamplerSelect,
  BasicScheduler: basicScheduler,
  RandomNoise: randomNoise,
  BasicGuider: basicGuider,
  CFGGuider: cfgGuider,
};
