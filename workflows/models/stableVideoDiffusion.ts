import type { GraphEditor, NodeId } from '../graph/graphEditor.ts';
import { findBucket } from '../params/sizes.ts';
import { type VideoFormat, videoFormats } from '../params/videoFields.ts';
import type { InputImage } from '../workflow.ts';

const framesOfShortModel = 14;

/** The checkpoint for a number of frames, under the names of Stability AI's own releases. */
export function videoModelFor(params: { model?: string | undefined; frames: number }): string {
  return params.model ?? (params.frames > framesOfShortModel ? 'svd_xt.safetensors' : 'svd.safetensors');
}

const trainedArea = 1024 * 576;

/** The priced area of a frame in any aspect. */
export const frameMegapixels = trainedArea / 1_000_000;

/** The model was trained on 1024 × 576 pixels and keeps its motion in other aspects of the same area. */
export function videoSize(image: InputImage): InputImage {
  return findBucket(image, { area: trainedArea, multipleOf: 64, minSide: 512, maxSide: 1024 });
}

/** Keeps the saver of the wanted format. */
export function bindVideoFormat<G>(
  edit: GraphEditor<G>,
  wanted: VideoFormat,
  savers: Record<VideoFormat, NodeId<G>>,
): void {
  for (const format of videoFormats) if (format !== wanted) edit.dropOutput(savers[format]);
}
