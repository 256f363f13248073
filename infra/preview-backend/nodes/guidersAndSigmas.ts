import type { NodeDefinition } from './node.ts';
import { numberInput, requireInput, seedInput, textInput } from './values.ts';

export function picksSampler(name?: string): NodeDefinition {
  return {
    run: (_context, inputs) => ({
      outputs: [{ type: 'SAMPLER', name: name ?? textInput(inputs, 'sampler_name') }],
    }),
  };
}

/** A schedule whose steps the node names. */
export function schedules(scheduler?: string): NodeDefinition {
  return {
    run: (_context, inputs) => ({
      outputs: [
        {
          type: 'SIGMAS',
          scheduler: scheduler ?? textInput(inputs, 'scheduler'),
          steps: numberInput(inputs, 'steps', 20),
          denoise: numberInput(inputs, 'denoise', 1),
        },
      ],
    }),
  };
}

/** One step between each two levels of noise that are written down; the first one says how much is made anew. */
export const manualSigmas: NodeDefinition = {
  run(_context, inputs) {
    const sigmas = (textInput(inputs, 'sigmas').match(/[-+]?(?:\d*\.*\d+)/g) ?? []).map(Number);
    const denoise = Math.min(1, Math.max(0, sigmas[0] ?? 0));
    const steps = Math.max(0, sigmas.length - 1);
    return { outputs: [{ type: 'SIGMAS', scheduler: 'manual', steps, denoise }] };
  },
};

/** The schedule up to a step, and from it on. */
export const splitSigmas: NodeDefinition = {
  run(_context, inputs) {
    const sigmas = requireInput(inputs, 'sigmas', 'SIGMAS');
    const step = Math.min(sigmas.steps, numberInput(inputs, 'step'));
    const left = sigmas.steps - step;
    return {
      outputs: [
        { ...sigmas, steps: step },
        { ...sigmas, steps: left, denoise: sigmas.steps > 0 ? (sigmas.denoise * left) / sigmas.steps : 0 },
      ],
    };
  },
};

export const disableNoise: NodeDefinition = {
  run: () => ({ outputs: [{ type: 'NOISE', seed: '0' }] }),
};

export const randomNoise: NodeDefinition = {
  run: (_context, inputs) => ({ outputs: [{ type: 'NOISE', seed: seedInput(inputs, 'noise_seed') }] }),
};

export const basicGuider: NodeDefinition = {
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

/** Guidance by two conditionings; the placeholder follows the positive one. */
export function guides(cfg: string): NodeDefinition {
  return {
    run: (_context, inputs) => ({
      outputs: [
        {
          type: 'GUIDER',
          model: requireInput(inputs, 'model', 'MODEL'),
          positive: requireInput(inputs, 'positive', 'CONDITIONING'),
          negativePrompt: requireInput(inputs, 'negative', 'CONDITIONING').text,
          cfg: numberInput(inputs, cfg, 8),
        },
      ],
    }),
  };
}
