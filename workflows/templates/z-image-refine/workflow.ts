import { defineWorkflow } from '../../defineWorkflow.ts';
import { requireFirst } from '../../models/pictures/editing.ts';
import { zImageRates } from '../../models/pictures/zImage.ts';
import { bindModelLoras } from '../../params/loras.ts';
import { megapixels } from '../../params/sizes.ts';
import type { InputImage } from '../../workflow.ts';
import graph from './graph.json' with { type: 'json' };
import { zImageRefineParams } from './params.ts';

const scale = 2;
/** Z-Image has a cell for 16 × 16 pixels. */
const cell = 16;

/** Of the picture: below, the model sees too little; above, its sampler works on more than it was made for. */
const minSide = 64;
const maxSide = 2048;
const maxPixels = 1_572_864;

/** Enlarging and decoding, as a share of a step. An assumption. */
const stepsBeside = 1;

const enlarged = ({ width, height }: InputImage): InputImage => ({
  width: width * scale,
  height: height * scale,
});

/** The size that is sampled: the next whole cells, so that nothing is cut off. */
function sampled(image: InputImage): InputImage {
  const { width, height } = enlarged(image);
  return { width: Math.ceil(width / cell) * cell, height: Math.ceil(height / cell) * cell };
}

function findFault(image: InputImage): string | undefined {
  const shown = `The picture is ${image.width} × ${image.height} pixels`;
  if (Math.min(image.width, image.height) < minSide || Math.max(image.width, image.height) > maxSide) {
    return `${shown}; each side must be from ${minSide} to ${maxSide}.`;
  }
  if (image.width * image.height > maxPixels) {
    return `${shown}, ${megapixels(image).toFixed(1)} megapixels; to be refined it may have at most 1.5.`;
  }
  return undefined;
}

export const workflow = defineWorkflow({
  name: 'z-image-refine',
  version: 1,
  type: 'upscale',
  title: { en: 'Upscale and refine', 'zh-CN': '放大并精修' },
  description: {
    en: 'Doubles the width and height of a picture and redraws its details with Z-Image Turbo.',
    'zh-CN': '将图片的宽和高放大为 2 倍，并使用 Z-Image Turbo 重绘细节。',
  },
  engine: { of: 'upscale', model: 'Z-Image Turbo' },
  params: zImageRefineParams,
  graph,
  binding: {
    image: (edit, _name, { images }) => {
      const image = requireFirst(images);
      edit.set('8.image', image.uploadedName);
      edit.set('11.width', sampled(image).width);
      edit.set('11.height', sampled(image).height);
      edit.set('15.width', enlarged(image).width);
      edit.set('15.height', enlarged(image).height);
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
  workUnits: (params, images) => megapixels(sampled(requireFirst(images))) * (params.steps + stepsBeside),
  rates: zImageRates,
  checkImages: (_params, { image }) => {
    const message = image && findFault(image);
    return message ? [{ pointer: '/image', message }] : [];
  },
});
