import { defineWorkflow } from '../../../../defineWorkflow.ts';
import { drawingMegapixels, drawingSize, findSizeFault } from '../../../../models/stableDiffusion15.ts';
import { bindLoras } from '../../../../params/loras.ts';
import {
  type AskedSize,
  maxResultSide,
  megapixels,
  resultSize,
  stopAtLimits,
} from '../../../../params/sizes.ts';
import type { InputImage } from '../../../../workflow.ts';
import graph from './graph.json' with { type: 'json' };
import { img2imgParams } from './params.ts';

function requireImage(images: Record<string, InputImage>): InputImage {
  const { image } = images;
  if (!image) throw new Error('img2img needs its image to be bound and priced');
  return image;
}

/** The requested size, as this version understood it. */
const settle = (asked: AskedSize, image: InputImage): AskedSize =>
  stopAtLimits(asked, resultSize(asked, image), { min: 1, max: maxResultSide });

const settledSize = (asked: AskedSize, images: Record<string, InputImage>): InputImage =>
  resultSize(settle(asked, requireImage(images)), requireImage(images));

export const workflow = defineWorkflow({
  name: 'img2img',
  version: 1,
  type: 'img2img',
  title: { en: 'Picture to picture', 'zh-CN': '图生图' },
  description: {
    en: 'Redraws a picture from a description with Stable Diffusion 1.5, at the size of the original.',
    'zh-CN': '使用 Stable Diffusion 1.5 按文字描述重绘图片，保持原图尺寸。',
  },
  params: img2imgParams,
  graph,
  binding: {
    image: '5.image',
    prompt: '3.text',
    negativePrompt: '4.text',
    denoise: '9.denoise',
    model: '1.ckpt_name',
    width: (edit, _width, { params, images }) => {
      const result = settledSize(params, images);
      edit.set('6.width', drawingSize(result).width);
      edit.set('11.width', result.width);
    },
    height: (edit, _height, { params, images }) => {
      const result = settledSize(params, images);
      edit.set('6.height', drawingSize(result).height);
      edit.set('11.height', result.height);
    },
    steps: '9.steps',
    cfg: '9.cfg',
    sampler: '9.sampler_name',
    scheduler: '9.scheduler',
    seed: '9.seed',
    count: '8.amount',
    loras: (edit, loras) => bindLoras(edit, '2', loras),
  },
  outputKind: 'image',
  example: {
    image: '01900000-0000-7000-8000-000000000000',
    prompt: 'the same scene as a watercolour',
  },
  // A sampler runs all its steps at any denoise: a low denoise starts later on a longer schedule.
  workUnits: (params, images) => {
    const result = settledSize(params, images);
    return (drawingMegapixels * params.steps + megapixels(result)) * params.count;
  },
  makes: settledSize,
  rates: { creditsPerUnit: 0.125, secondsPerUnit: 0.3, overheadSeconds: 3 },
  checkImages: (params, images) => {
    const image = requireImage(images);
    const message = findSizeFault(settle(params, image), image);
    return message ? [{ pointer: '/image', message }] : [];
  },
});
