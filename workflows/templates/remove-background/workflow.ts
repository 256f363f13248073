import { defineWorkflow } from '../../defineWorkflow.ts';
import { megapixels } from '../../params/sizes.ts';
import graph from './graph.json' with { type: 'json' };
import { removeBackgroundParams } from './params.ts';

const minSide = 16;

export const workflow = defineWorkflow({
  name: 'remove-background',
  version: 1,
  type: 'img2img',
  title: { en: 'Remove the background', 'zh-CN': '去除背景' },
  description: {
    en: 'Keeps what is in front of a picture and makes the rest transparent. The result is a PNG of the same size.',
    'zh-CN': '保留图片中的主体，其余部分变为透明。结果为同样大小的 PNG。',
  },
  params: removeBackgroundParams,
  graph,
  // JoinImageWithAlpha takes a mask of what becomes transparent, RemoveBackground gives one of what stays.
  binding: { image: '1.image' },
  outputKind: 'image',
  example: { image: '01900000-0000-7000-8000-000000000000' },
  // The model sees one megapixel of any picture; masks and savers work on all of it.
  workUnits: (_params, { image }) => {
    if (!image) throw new Error('remove-background is priced by its image');
    return 1 + megapixels(image);
  },
  rates: { creditsPerUnit: 0.25, secondsPerUnit: 0.3, overheadSeconds: 2 },
  checkImages: (_params, { image }) =>
    image && Math.min(image.width, image.height) < minSide
      ? [
          {
            pointer: '/image',
            message: `The picture is ${image.width} × ${image.height} pixels; each side must be at least ${minSide}.`,
          },
        ]
      : [],
});
