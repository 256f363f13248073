import type { InputImage } from '../../workflow.ts';

export const h3Fps = 24;

/** A block of the latent holds 17 frames. The model was trained on 5 to 15 seconds. */
export const h3Frames = { min: 124, max: 362, default: 124, grid: { step: 17, offset: 5 } } as const;

/** An assumption, not measured: a reference of the video's size is drawn along as one block of its latent. */
export const h3FramesOfReference = 17;

export const h3Multiple = 32;

/** The model's own canvas has a shorter side of 768 pixels; the smaller one takes less than half of the time. */
const canvases = {
  '480p': { shorter: 480, longer: 832 },
  '768p': { shorter: 768, longer: 1344 },
} as const;
type H3Resolution = keyof typeof canvases;
export const h3Resolutions = ['480p', '768p'] as const satisfies readonly H3Resolution[];

const largest = canvases['768p'];
export const h3MaxSide = largest.longer;
export const h3MaxArea = largest.shorter * largest.longer;

/** The canvas in the picture's aspect, up to the longest that the model draws. */
export function h3Size({ width, height }: InputImage, resolution: H3Resolution): InputImage {
  const canvas = canvases[resolution];
  const aspect = Math.max(width, height) / Math.min(width, height);
  const longer = Math.min(canvas.longer, Math.round((canvas.shorter * aspect) / h3Multiple) * h3Multiple);
  return width > height
    ? { width: longer, height: canvas.shorter }
    : { width: canvas.shorter, height: longer };
}

/** Where what all of its workflows ask for goes; their graphs number these nodes alike. */
export const h3Binding = {
  frames: '8.length',
  steps: '11.steps',
  sampler: '10.sampler_name',
  scheduler: '11.scheduler',
  seed: '9.noise_seed',
} as const;

/**
 * An assumption, not measured: time and price of a step grow with the parameters of the model, here half as many again
 * as with Wan 2.2, and one pass is enough for each step.
 */
export const h3Rates = { creditsPerUnit: 0.3, secondsPerUnit: 0.6, overheadSeconds: 60 } as const;
