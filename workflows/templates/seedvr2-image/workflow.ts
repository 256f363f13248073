import { defineWorkflow } from '../../defineWorkflow.ts';
import { findScaleFault } from '../../models/seedvr2.ts';
import { megapixels } from '../../params/sizes.ts';
import graph from './graph.json' with { type: 'json' };
import { seedvr2ImageParams } from './params.ts';

export const workflow = defineWorkflow({
  name: 'seedvr2-image',
  version: 1,
  type: 'upscale',
  title: { en: 'Restore and upscale', 'zh-CN': '修复并放大' },
  description: {
    en: 'Enlarges a picture 2 or 4 times and draws lost detail anew with SeedVR2, also of blurred or compressed pictures.',
    'zh-CN': '使用 SeedVR2 将图片放大 2 倍或 4 倍，并重建丢失的细节，适用于模糊或压缩过的图片。',
  },
  engine: { of: 'upscale', model: 'SeedVR2' },
  params: seedvr2ImageParams,
  graph,
  binding: {
    image: '1.image',
    scale: (edit, scale, { images: { image } }) => {
      if (!image) throw new Error('seedvr2-image binds an image');
      edit.set('2.width', image.width * scale);
      edit.set('2.height', image.height * scale);
    },
    seed: '8.seed',
  },
  outputKind: 'image',
  example: { image: '01900000-0000-7000-8000-000000000000' },
  workUnits: (params, { image }) => {
    if (!image) throw new Error('seedvr2-image is priced by its image');
    return Math.max(0.01, megapixels(image) * params.scale ** 2);
  },
  rates: { creditsPerUnit: 1, secondsPerUnit: 3, overheadSeconds: 4 },
  checkImages: ({ scale }, { image }) => {
    const message = image && findScaleFault('picture', image, scale);
    return message ? [{ pointer: '/image', message }] : [];
  },
});
