import { defineWorkflow } from '../../defineWorkflow.ts';
import { checkFirstAndLast, requireImage } from '../../models/video/frameSizes.ts';
import { h3Binding, h3Fps, h3Rates, h3Size } from '../../models/video/minimaxH3.ts';
import { megapixels } from '../../params/sizes.ts';
import graph from './graph.json' with { type: 'json' };
import { minimaxH3Img2videoParams } from './params.ts';

export const workflow = defineWorkflow({
  name: 'minimax-h3-img2video',
  version: 1,
  type: 'img2video',
  title: { en: 'Picture to video (MiniMax H3)', 'zh-CN': '图生视频（MiniMax H3）' },
  description: {
    en: 'Animates a picture with sound with MiniMax H3, and can end on a second one: 5 to 15 seconds, 24 frames a second. Videos are at most 7:4: only the middle of a longer picture is used, and one beyond 4:1 is refused.',
    'zh-CN':
      '使用 MiniMax H3 让图片动起来并配有声音，也可指定末帧图片；5 至 15 秒，每秒 24 帧。画面最长为 7:4：更长的图片取中央部分，超过 4:1 的图片不予接受。',
  },
  engine: { of: 'img2video', model: 'MiniMax H3' },
  params: minimaxH3Img2videoParams,
  graph,
  binding: {
    image: (edit, _uploadedName, { params, images }) => {
      const image = requireImage(images);
      const { width, height } = h3Size(image, params.resolution);
      edit.set('1.image', image.uploadedName);
      edit.set('2.width', width);
      edit.set('2.height', height);
      edit.set('8.width', width);
      edit.set('8.height', height);
    },
    lastImage: (edit, uploadedName) => {
      if (uploadedName === undefined) edit.unlink('8.last_frame');
      else edit.set('3.image', uploadedName);
    },
    prompt: '8.prompt',
    // With the picture: its size depends on both.
    resolution: () => undefined,
    ...h3Binding,
  },
  outputKind: 'video',
  fps: h3Fps,
  example: { image: '01900000-0000-7000-8000-000000000000' },
  workUnits: (params, images) =>
    megapixels(h3Size(requireImage(images), params.resolution)) * params.steps * params.frames,
  rates: h3Rates,
  checkImages: checkFirstAndLast,
});
