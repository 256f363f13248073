import type { NodeDefinition } from './node.ts';
import { sample } from './sample.ts';
import { type NodeInputs, numberInput, requireInput, seedInput, textInput } from './values.ts';

const readCommon = (inputs: NodeInputs) => ({
  model: requireInput(inputs, 'model', 'MODEL'),
  positive: requireInput(inputs, 'positive', 'CONDITIONING'),
  negativePrompt: requireInput(inputs, 'negative', 'CONDITIONING').text,
  samples: requireInput(inputs, 'latent_image', 'LATENT'),
  cfg: numberInput(inputs, 'cfg', 8),
});

export const kSampler: NodeDefinition = {
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

export const kSamplerAdvanced: NodeDefinition = {
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
      goesOn: textInput(inputs, 'add_noise') === 'disable',
    });
    return { outputs: [sampled] };
  },
};

export const samplerCustom: NodeDefinition = {
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

export const samplerCustomAdvanced: NodeDefinition = {
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
