import { defineWorkflow } from '../../defineWorkflow.ts';
import { checkFirstAndLast, requireImage } from '../../models/video/frameSizes.ts';
import { bindVideoFormat } from '../../models/video/videoFormat.ts';
import {
  bindWanSampling,
  wanFps,
  wanMegapixels,
  wanPasses,
  wanRates,
  wanSize,
} from '../../models/video/wan.ts';
import graph from './graph.json' with { type: 'json' };
import { wan22Img2videoParams } from './params.ts';

export const workflow = defineWorkflow({
  name: 'wan22-img2video',
  version: 2,
  type: 'img2video',
  title: { en: 'Picture to video (Wan 2.2)', 'zh-CN': '图生视频（Wan 2.2）' },
  description: {
    en: 'Animates a picture with Wan 2.2 (14B), as the prompt says, and can end on a second one. About five seconds, 16 frames a second, without sound. Videos are at most 2:1: only the middle of a longer picture is used, and one beyond 4:1 is refused.',
    'zh-CN':
      '使用 Wan 2.2（14B）按提示词让图片动起来，也可指定末帧图片；约五秒，每秒 16 帧，无声音。画面最长为 2:1：更长的图片取中央部分，超过 4:1 的图片不予接受。',
  },
  engine: { of: 'img2video', model: 'Wan 2.2' },
  params: wan22Img2videoParams,
  graph,
  binding: {
    image: (edit, _uploadedName, { params, images }) => {
      const image = requireImage(images);
      const { width, height } = wanSize(image, params.resolution);
      edit.set('1.image', image.uploadedName);
      edit.set('2.width', width);
      edit.set('2.height', height);
      edit.set('13.width', width);
      edit.set('13.height', height);
      edit.set('22.width', width);
      edit.set('22.height', height);
    },
    lastImage: (edit, uploadedName) => {
      if (uploadedName === undefined) edit.unlink('13.end_image');
      else edit.set('21.image', uploadedName);
    },
    prompt: '10.text',
    // With the picture: its size depends on both.
    resolution: () => undefined,
    negativePrompt: '11.text',
    frames: '13.length',
    format: (edit, format) => bindVideoFormat(edit, format, { mp4: '18', webm: '19', webp: '20' }),
    quality: (edit, _quality, { params }) =>
      bindWanSampling(edit, params, {
        high: { lora: '5', sampler: '14' },
        low: { lora: '6', sampler: '15' },
      }),
    // With the quality, which says what they are when they are absent.
    steps: () => undefined,
    cfg: () => undefined,
    sampler: ['14.sampler_name', '15.sampler_name'],
    scheduler: ['14.scheduler', '15.scheduler'],
    seed: ['14.noise_seed', '15.noise_seed'],
  },
  outputKind: 'video',
  fps: wanFps,
  example: { image: '01900000-0000-7000-8000-000000000000' },
  workUnits: (params) => wanMegapixels(params.resolution) * wanPasses(params) * params.frames,
  rates: wanRates,
  checkImages: checkFirstAndLast,
});
