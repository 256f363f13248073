import type { GraphEditor, InputPath, NodeId } from '../../graph/graphEditor.ts';
import type { InputImage } from '../../workflow.ts';
import { frameSize } from './frameSizes.ts';

export const wanFps = 16;

/** The latent has one cell for four frames after the first. It was trained on 81; longer videos tend to loop. */
export const wanFrames = { min: 5, max: 121, default: 81, grid: { step: 4, offset: 1 } } as const;

export const wanMultiple = 16;

const areas = { '480p': 832 * 480, '720p': 1280 * 720 } as const;
type WanResolution = keyof typeof areas;
export const wanResolutions = ['480p', '720p'] as const satisfies readonly WanResolution[];
export const wanMaxArea = areas['720p'];

/** The priced area of a frame in any aspect. */
export const wanMegapixels = (resolution: WanResolution): number => areas[resolution] / 1_000_000;

export const wanSize = (image: InputImage, resolution: WanResolution): InputImage =>
  frameSize(image, { area: areas[resolution], multipleOf: wanMultiple });

/** `fast` uses LoRAs for few steps without guidance; `full` uses the models alone. */
export const wanQualities = ['fast', 'full'] as const;
type WanQuality = (typeof wanQualities)[number];

interface WanSampling {
  quality: WanQuality;
  steps?: number | undefined;
  cfg?: number | undefined;
}

/** As the publisher's blueprint has them. */
export const wanUsual = { fast: { steps: 4, cfg: 1 }, full: { steps: 20, cfg: 3.5 } } as const;

const settingsOf = ({ quality, steps, cfg }: WanSampling): { steps: number; cfg: number } => ({
  steps: steps ?? wanUsual[quality].steps,
  cfg: cfg ?? wanUsual[quality].cfg,
});

/** Steps of one pass over the model; guidance other than 1 needs a second pass for the negative prompt. */
export function wanPasses(sampling: WanSampling): number {
  const { steps, cfg } = settingsOf(sampling);
  return cfg === 1 ? steps : 2 * steps;
}

/**
 * An assumption, not measured by us: the publisher's template names 71 s for 640 × 640 × 81 frames in four steps, and
 * 513 s in twenty with guidance, on one RTX 4090 D. A second costs what it costs with Stable Video Diffusion.
 */
export const wanRates = { creditsPerUnit: 0.2, secondsPerUnit: 0.4, overheadSeconds: 25 } as const;

/** Nodes for the two noise levels: the one model draws the first half of the steps, the other finishes them. */
interface WanNodes<G> {
  high: { lora: NodeId<G>; sampler: NodeId<G> };
  low: { lora: NodeId<G>; sampler: NodeId<G> };
}

export function bindWanSampling<G>(
  edit: GraphEditor<G>,
  sampling: WanSampling,
  { high, low }: WanNodes<G>,
): void {
  const { steps, cfg } = settingsOf(sampling);
  const half = Math.floor(steps / 2);
  const spans = [
    { node: high, start_at_step: 0, end_at_step: half },
    { node: low, start_at_step: half, end_at_step: steps },
  ];
  for (const { node, ...span } of spans) {
    for (const [input, value] of Object.entries({ steps, cfg, ...span }))
      edit.set(`${node.sampler}.${input}` as InputPath<G>, value);
    if (sampling.quality === 'full') edit.bypass(node.lora, ['model']);
  }
}
