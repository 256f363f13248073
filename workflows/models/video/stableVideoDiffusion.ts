import type { InputImage } from '../../workflow.ts';
import { frameSize } from './frameSizes.ts';

const framesOfShortModel = 14;

/** The checkpoint for a number of frames, under the names of Stability AI's own releases. */
export function videoModelFor(params: { model?: string | undefined; frames: number }): string {
  return params.model ?? (params.frames > framesOfShortModel ? 'svd_xt.safetensors' : 'svd.safetensors');
}

/** Of each frame, in any aspect. */
export const trainedArea = 1024 * 576;

/** The priced area of a frame in any aspect. */
export const frameMegapixels = trainedArea / 1_000_000;

/** The model was trained on 1024 × 576 pixels and keeps its motion in other aspects of the same area. */
export const videoSize = (image: InputImage): InputImage =>
  frameSize(image, { area: trainedArea, multipleOf: 64 });
