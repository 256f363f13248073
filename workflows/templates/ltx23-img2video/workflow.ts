import { defineWorkflow } from '../../defineWorkflow.ts';
import { checkFirstFrame, requireImage } from '../../models/video/frameSizes.ts';
import { bindLtxHalfSize, ltxArea, ltxRates, ltxSize, ltxUnits } from '../../models/video/ltx.ts';
import graph from './graph.json' with { type: 'json' };
import { ltx23Img2videoParams } from './params.ts';

export const workflow = defineWorkflow({
  name: 'ltx23-img2video',
  version: 1,
  type: 'img2video',
  title: { en: 'Picture to video (LTX-2.3)', 'zh-CN': '图生视频（LTX-2.3）' },
  description: {
    en: 'Animates a picture with sound with LTX-2.3, up to 1080p and about 19 seconds. Videos are at most 2:1: only the middle of a longer picture is used, and one beyond 4:1 is refused.',
    'zh-CN':
      '使用 LTX-2.3 让图片动起来并配有声音，最高 1080p，最长约 19 秒。画面最长为 2:1：更长的图片取中央部分，超过 4:1 的图片不予接受。',
  },
  engine: { of: 'img2video', model: 'LTX-2.3' },
  params: ltx23Img2videoParams,
  graph,
  binding: {
    image: (edit, _uploadedName, { params, images }) => {
      const image = requireImage(images);
      const size = ltxSize(image, params.resolution);
      edit.set('1.image', image.uploadedName);
      edit.set('2.width', size.width);
      edit.set('2.height', size.height);
      bindLtxHalfSize(edit, '12', size);
    },
    prompt: '9.text',
    // With the picture: its size depends on both.
    resolution: () => undefined,
    negativePrompt: '10.text',
    frames: ['12.length', '14.frames_number'],
    fps: ['11.frame_rate', '14.frame_rate', '34.fps'],
    seed: ['16.noise_seed', '26.noise_seed'],
  },
  outputKind: 'video',
  example: { image: '01900000-0000-7000-8000-000000000000' },
  workUnits: (params) => ltxUnits(ltxArea(params.resolution), params.frames),
  rates: ltxRates,
  checkImages: (_params, images) => checkFirstFrame(requireImage(images)),
});
