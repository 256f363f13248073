import type { GraphEditor, InputPath, NodeId } from '../../graph/graphEditor.ts';
import { megapixels } from '../../params/sizes.ts';
import type { BoundImage, InputImage, Workflow } from '../../workflow.ts';
import { frameSize, requireImage } from './frameSizes.ts';

/** The latent has one cell for eight frames after the first. */
export const ltxFrames = { min: 9, max: 481, default: 121, grid: { step: 8, offset: 1 } } as const;

/** As the publisher's blueprint has it; the model follows other rates. */
export const ltxFps = 25;

/** What distinguishes the workflows of one kind: their graphs number alike what their bindings name. */
export type LtxOwn = Pick<Workflow, 'name' | 'title' | 'description' | 'engine'> & {
  evaluations: (typeof ltxEvaluations)[keyof typeof ltxEvaluations];
};

/** Where what all of its workflows ask for goes. */
export const ltxBinding = {
  prompt: '9.text',
  negativePrompt: '10.text',
  frames: ['12.length', '14.frames_number'],
  fps: ['11.frame_rate', '14.frame_rate', '34.fps'],
  seed: ['16.noise_seed', '26.noise_seed'],
} as const;

/** A cell of the latent covers 32 pixels, and the first pass draws at half of the size. */
export const ltxMultiple = 64;

const areas = { '480p': 832 * 448, '720p': 1280 * 704, '1080p': 1920 * 1088 } as const;
type LtxResolution = keyof typeof areas;
export const ltxResolutions = ['480p', '720p', '1080p'] as const satisfies readonly LtxResolution[];
export const ltxMaxArea = areas['1080p'];

export const ltxSize = (image: InputImage, resolution: LtxResolution): InputImage =>
  frameSize(image, { area: areas[resolution], multipleOf: ltxMultiple });

/** The priced area of a frame in any aspect. */
export const ltxArea = (resolution: LtxResolution): InputImage => ({ width: areas[resolution], height: 1 });

/** Steps of the two passes: the first at a quarter of the area, the second at all of it. */
const passes = { half: 8, full: 3 };
/** The samplers of LTX-2.3 also draw with the negative prompt in each step, whatever the guidance; those of 2.5 do not. */
export const ltxEvaluations = { '2.3': 2, '2.5': 1 } as const;

/** Megapixels × steps × frames over both passes. */
export const ltxUnits = (size: InputImage, frames: number, evaluations: number): number =>
  megapixels(size) * frames * evaluations * (passes.half / 4 + passes.full);

/**
 * An assumption, not measured: a cell of the latent covers eight times as many pixels and frames as with Wan 2.2, and
 * the model has half as many parameters again. A second costs what it costs with Stable Video Diffusion.
 */
export const ltxRates = { creditsPerUnit: 0.04, secondsPerUnit: 0.08, overheadSeconds: 40 } as const;

/** Writes the size of the result; the first pass draws at half of it, and the second doubles that. */
export function bindLtxHalfSize<G>(edit: GraphEditor<G>, latent: NodeId<G>, size: InputImage): void {
  for (const side of ['width', 'height'] as const)
    edit.set(`${latent}.${side}` as InputPath<G>, size[side] / 2);
}

/** Of films that start from a picture, which gives them their shape: it is scaled to the size of the result. */
export const ltxPictureBinding = {
  image<G>(
    edit: GraphEditor<G>,
    _name: string,
    { params, images }: { params: { resolution: LtxResolution }; images: Record<string, BoundImage> },
  ): void {
    const image = requireImage(images);
    const size = ltxSize(image, params.resolution);
    edit.set('1.image' as InputPath<G>, image.uploadedName);
    edit.set('2.width' as InputPath<G>, size.width);
    edit.set('2.height' as InputPath<G>, size.height);
    bindLtxHalfSize(edit, '12' as NodeId<G>, size);
  },
  // With the picture: its size depends on both.
  resolution: () => undefined,
};
