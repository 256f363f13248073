import { defineWorkflow } from '../../defineWorkflow.ts';
import { requireFirst } from '../../models/editing.ts';
import { zImageRates } from '../../models/zImage.ts';
import { bindModelLoras } from '../../params/loras.ts';
import { megapixels } from '../../params/sizes.ts';
import type { InputImage } from '../../workflow.ts';
import graph from './graph.json' with { type: 'json' };
import { zImageRefineParams } from './params.ts';

type Scale = 2 | 4;

/** Z-Image has a cell for 16 × 16 pixels. */
const cell = 16;

/** Of the picture: below, the model sees too little. */
const minSide = 64;
/** Of the result: above, the sampler works on more than it was made for. */
const maxSide = 4096;
const maxPixels = 6_291_456;

/** Enlarging and decoding, as a share of a step. An assumption. */
const stepsBeside = 1;

const enlarged = ({ width, height }: InputImage, scale: Scale): InputImage => ({
  width: width * scale,
  height: height * scale,
});

/** The size that is sampled: the next whole cells, so that nothing is cut off. */
function sampled(image: InputImage, scale: Scale): InputImage {
  const { width, height } = enlarged(image, scale);
  return { width: Math.ceil(width / cell) * cell, height: Math.ceil(height / cell) * cell };
}

function findFault(image: InputImage, scale: Scale): string | undefined {
  const shown = `The picture is ${image.width} × ${image.height} pixels`;
  if (
    Math.min(image.width, image.height) < minSide ||
    Math.max(image.width, image.height) * scale > maxSide
  ) {
    return `${shown}; each side must be from ${minSide} to ${maxSide / scale}.`;
  }
  if (image.width * image.height * scale ** 2 > maxPixels) {
    const most = Math.floor(maxPixels / scale ** 2 / 100_000) / 10;
    return `${shown}, ${megapixels(image).toFixed(1)} megapixels; to be refined at scale ${scale} it may have at most ${most}.`;
  }
  return undefined;
}

export const workflow = defineWorkflow({
  name: 'z-image-refine',
  version: 1,
  type: 'upscale',
  title: { en: 'Upscale and refine', 'zh-CN': '放大并精修' },
  description: {
    en: 'Enlarges a picture 2 or 4 times and redraws its details with Z-Image Turbo.',
    'zh-CN': '将图片放大 2 倍或 4 倍，并使用 Z-Image Turbo 重绘细节。',
  },
  engine: { of: 'upscale', model: 'Z-Image Turbo' },
  params: zImageRefineParams,
  graph,
  binding: {
    image: '8.image',
    scale: (edit, scale, { images }) => {
      const inModel = sampled(requireFirst(images), scale);
      edit.set('11.width', inModel.width);
      edit.set('11.height', inModel.height);
      const { width, height } = enlarged(requireFirst(images), scale);
      edit.set('15.width', width);
      edit.set('15.height', height);
    },
    prompt: '6.text',
    denoise: '13.denoise',
    steps: '13.steps',
    seed: '13.seed',
    loras: (edit, loras) => bindModelLoras(edit, '4', loras),
  },
  outputKind: 'image',
  example: { image: '01900000-0000-7000-8000-000000000000' },
  // A sampler runs all its steps at any denoise: a low denoise starts later on a longer schedule.
  workUnits: ({ scale, steps }, images) =>
    megapixels(sampled(requireFirst(images), scale)) * (steps + stepsBeside),
  rates: zImageRates,
  checkImages: ({ scale }, { image }) => {
    const message = image && findFault(image, scale);
    return message ? [{ pointer: '/image', message }] : [];
  },
});
