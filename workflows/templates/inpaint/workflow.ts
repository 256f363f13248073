import { defineWorkflow } from '../../defineWorkflow.ts';
import { findMaskFault } from '../../models/masks.ts';
import { drawingMegapixels, drawingSize, findSizeFault } from '../../models/stableDiffusion15.ts';
import { bindLoras } from '../../params/loras.ts';
import { megapixels } from '../../params/sizes.ts';
import type { InputImage } from '../../workflow.ts';
import graph from './graph.json' with { type: 'json' };
import { inpaintParams } from './params.ts';

function requireImage<I extends InputImage>(images: Record<string, I>, param: 'image' | 'mask'): I {
  const image = images[param];
  if (!image) throw new Error(`inpaint needs its ${param} to be bound and priced`);
  return image;
}

export const workflow = defineWorkflow({
  name: 'inpaint',
  version: 1,
  type: 'inpaint',
  title: { en: 'Redraw a part', 'zh-CN': '局部重绘' },
  description: {
    en: 'Redraws the masked part of a picture from a description with Stable Diffusion 1.5. The rest stays as it is.',
    'zh-CN': '使用 Stable Diffusion 1.5 按文字描述重绘图片中被蒙版覆盖的部分，其余保持不变。',
  },
  engine: { of: 'inpaint', model: 'Stable Diffusion 1.5 Inpainting' },
  params: inpaintParams,
  graph,
  binding: {
    image: (edit, _uploadedName, { images }) => {
      const image = requireImage(images, 'image');
      const { width, height } = drawingSize(image);
      edit.set('5.image', image.uploadedName);
      edit.set('8.width', width);
      edit.set('8.height', height);
      edit.set('10.width', width);
      edit.set('10.height', height);
      edit.set('16.width', image.width);
      edit.set('16.height', image.height);
    },
    mask: '6.image',
    prompt: '3.text',
    negativePrompt: '4.text',
    growMask: '7.expand',
    denoise: '14.denoise',
    model: '1.ckpt_name',
    steps: '14.steps',
    cfg: '14.cfg',
    sampler: '14.sampler_name',
    scheduler: '14.scheduler',
    seed: '14.seed',
    // ImageCompositeMasked makes one picture for each of its destination.
    count: ['13.amount', '17.amount'],
    loras: (edit, loras) => bindLoras(edit, '2', loras),
  },
  outputKind: 'image',
  example: {
    image: '01900000-0000-7000-8000-000000000000',
    mask: '01900000-0000-7000-8000-000000000001',
    prompt: 'a red door',
  },
  workUnits: (params, images) =>
    (drawingMegapixels * params.steps + megapixels(requireImage(images, 'image'))) * params.count,
  rates: { creditsPerUnit: 0.125, secondsPerUnit: 0.3, overheadSeconds: 3 },
  checkImages: (_params, images) => {
    const image = requireImage(images, 'image');
    const mask = requireImage(images, 'mask');
    const message = findSizeFault({}, image);
    if (message) return [{ pointer: '/image', message }];
    const maskFault = findMaskFault(mask, image);
    return maskFault ? [{ pointer: '/mask', message: maskFault }] : [];
  },
});
