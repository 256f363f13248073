import { defineWorkflow } from '../../defineWorkflow.ts';
import { drawingMegapixels, drawingSize } from '../../models/stableDiffusion15.ts';
import { bindCentre, checkAskedSize } from '../../params/askedSize.ts';
import { bindLoras } from '../../params/loras.ts';
import { megapixels, resultSize } from '../../params/sizes.ts';
import type { InputImage } from '../../workflow.ts';
import graph from './graph.json' with { type: 'json' };
import { img2imgLimits, img2imgParams } from './params.ts';

function requireImage<I extends InputImage>({ image }: Record<string, I>): I {
  if (!image) throw new Error('img2img needs its image to be bound and priced');
  return image;
}

export const workflow = defineWorkflow({
  name: 'img2img',
  version: 2,
  type: 'img2img',
  title: { en: 'Picture to picture', 'zh-CN': '图生图' },
  description: {
    en: 'Redraws a picture from a description with Stable Diffusion 1.5, at its own size or another. If the size you ask for has another aspect ratio, the middle of the picture is used.',
    'zh-CN':
      '使用 Stable Diffusion 1.5 按文字描述重绘图片，保持原图尺寸或改为其他尺寸。所需尺寸的宽高比与原图不同时，取图片中央部分。',
  },
  engine: { of: 'img2img', model: 'Stable Diffusion 1.5' },
  params: img2imgParams,
  graph,
  binding: {
    image: (edit, _uploadedName, { params, images }) => {
      const image = requireImage(images);
      edit.set('5.image', image.uploadedName);
      bindCentre(edit, '13', params, image);
    },
    prompt: '3.text',
    negativePrompt: '4.text',
    denoise: '9.denoise',
    model: '1.ckpt_name',
    width: (edit, _width, { params, images }) => {
      const result = resultSize(params, requireImage(images));
      edit.set('6.width', drawingSize(result).width);
      edit.set('11.width', result.width);
    },
    height: (edit, _height, { params, images }) => {
      const result = resultSize(params, requireImage(images));
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
    const result = resultSize(params, requireImage(images));
    return (drawingMegapixels * params.steps + megapixels(result)) * params.count;
  },
  makes: (params, images) => resultSize(params, requireImage(images)),
  rates: { creditsPerUnit: 0.125, secondsPerUnit: 0.3, overheadSeconds: 3 },
  checkImages: (params, images) => {
    const image = requireImage(images);
    const sizes = { result: resultSize(params, image), limits: img2imgLimits };
    return checkAskedSize(params, image, sizes);
  },
});
