import type { Picture } from '../pictures/picture.ts';
import { soundLatent } from './emptyLatents.ts';
import { toCells } from './latentShapes.ts';
import { type NodeDefinition, NodeFailure } from './node.ts';
import { numberInput, requireInput } from './values.ts';

export const setLatentNoiseMask: NodeDefinition = {
  run(_context, inputs) {
    const samples = requireInput(inputs, 'samples', 'LATENT');
    const noiseMask = requireInput(inputs, 'mask', 'MASK').pictures[0] as Picture;
    return { outputs: [{ ...samples, noiseMask }] };
  },
};

export const latentUpscale: NodeDefinition = {
  run(_context, inputs) {
    const samples = requireInput(inputs, 'samples', 'LATENT');
    const width = numberInput(inputs, 'width');
    const height = numberInput(inputs, 'height');
    if (width === 0 && height === 0) return { outputs: [samples] };
    const scaled = {
      width: toCells(width || Math.round((samples.width * height) / samples.height), 8),
      height: toCells(height || Math.round((samples.height * width) / samples.width), 8),
    };
    return { outputs: [{ ...samples, ...scaled }] };
  },
};

export const latentUpscaleBy: NodeDefinition = {
  run(_context, inputs) {
    const samples = requireInput(inputs, 'samples', 'LATENT');
    const factor = numberInput(inputs, 'scale_by', 1);
    const scaled = {
      width: Math.max(8, Math.round((samples.width / 8) * factor) * 8),
      height: Math.max(8, Math.round((samples.height / 8) * factor) * 8),
    };
    return { outputs: [{ ...samples, ...scaled }] };
  },
};

export const repeatLatentBatch: NodeDefinition = {
  run(_context, inputs) {
    const samples = requireInput(inputs, 'samples', 'LATENT');
    const latents = Array.from({ length: numberInput(inputs, 'amount', 1) }, () => samples.latents).flat();
    return { outputs: [{ ...samples, latents }] };
  },
};

export const latentFromBatch: NodeDefinition = {
  run(_context, inputs) {
    const samples = requireInput(inputs, 'samples', 'LATENT');
    const from = Math.min(samples.latents.length - 1, numberInput(inputs, 'batch_index'));
    const latents = samples.latents.slice(from, from + numberInput(inputs, 'length', 1));
    return { outputs: [{ ...samples, latents }] };
  },
};

export const latentBatch: NodeDefinition = {
  run(_context, inputs) {
    const first = requireInput(inputs, 'samples1', 'LATENT');
    const second = requireInput(inputs, 'samples2', 'LATENT');
    return { outputs: [{ ...first, latents: [...first.latents, ...second.latents] }] };
  },
};

/** A trained upscaler of latents: the film is drawn twice as large. */
export const latentUpsampler: NodeDefinition = {
  run(_context, inputs) {
    const samples = requireInput(inputs, 'samples', 'LATENT');
    return { outputs: [{ ...samples, width: samples.width * 2, height: samples.height * 2 }] };
  },
};

/** Film and sound as the one latent that is sampled. */
export const concatAvLatent: NodeDefinition = {
  run(_context, inputs) {
    const video = requireInput(inputs, 'video_latent', 'LATENT');
    const { sound } = requireInput(inputs, 'audio_latent', 'LATENT');
    return { outputs: [{ ...video, ...(sound && { sound }) }] };
  },
};

export const separateAvLatent: NodeDefinition = {
  run(_context, inputs) {
    const { sound, ...video } = requireInput(inputs, 'av_latent', 'LATENT');
    if (!sound) throw new NodeFailure('ValueError', 'av_latent holds no audio latent');
    return { outputs: [video, soundLatent(sound)] };
  },
};
