import { defineWorkflow } from '../../defineWorkflow.ts';
import { checkFirstFrame, requireImage } from '../../models/video/frameSizes.ts';
import { frameMegapixels, videoModelFor, videoSize } from '../../models/video/stableVideoDiffusion.ts';
import { bindVideoFormat } from '../../models/video/videoFormat.ts';
import graph from './graph.json' with { type: 'json' };
import { img2videoParams } from './params.ts';

export const workflow = defineWorkflow({
  name: 'img2video',
  version: 1,
  type: 'img2video',
  title: { en: 'Picture to video', 'zh-CN': '图生视频' },
  description: {
    en: 'Animates a picture with Stable Video Diffusion. Videos are at most 2:1: only the middle of a longer picture is used, and one beyond 4:1 is refused.',
    'zh-CN':
      '使用 Stable Video Diffusion 让图片动起来。画面最长为 2:1：更长的图片取中央部分，超过 4:1 的图片不予接受。',
  },
  engine: { of: 'img2video', model: 'Stable Video Diffusion' },
  params: img2videoParams,
  graph,
  binding: {
    image: (edit, _uploadedName, { images }) => {
      const image = requireImage(images);
      const { width, height } = videoSize(image);
      edit.set('1.image', image.uploadedName);
      edit.set('2.width', width);
      edit.set('2.height', height);
      edit.set('4.width', width);
      edit.set('4.height', height);
    },
    frames: '4.video_frames',
    fps: ['4.fps', '8.fps', '10.fps', '11.fps'],
    motion: '4.motion_bucket_id',
    format: (edit, format) => bindVideoFormat(edit, format, { mp4: '9', webm: '10', webp: '11' }),
    model: (edit, _model, { params }) => edit.set('3.ckpt_name', videoModelFor(params)),
    steps: '6.steps',
    cfg: '6.cfg',
    sampler: '6.sampler_name',
    scheduler: '6.scheduler',
    seed: '6.seed',
  },
  outputKind: 'video',
  example: { image: '01900000-0000-7000-8000-000000000000' },
  workUnits: (params) => frameMegapixels * params.steps * params.frames,
  rates: { creditsPerUnit: 0.125, secondsPerUnit: 0.25, overheadSeconds: 8 },
  checkImages: (_params, images) => checkFirstFrame(requireImage(images)),
});
