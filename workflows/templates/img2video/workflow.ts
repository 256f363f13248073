import { defineWorkflow } from '../../defineWorkflow.ts';
import { bindVideoFormat, frameMegapixels, videoModelFor, videoSize } from '../../stableVideoDiffusion.ts';
import type { InputImage } from '../../workflow.ts';
import graph from './graph.json' with { type: 'json' };
import { img2videoParams } from './params.ts';

const minSide = 64;

function requireImage<I extends InputImage>({ image }: Record<string, I>): I {
  if (!image) throw new Error('img2video needs its image to be bound and priced');
  return image;
}

export const workflow = defineWorkflow({
  name: 'img2video',
  version: 1,
  type: 'img2video',
  title: { en: 'Picture to video', 'zh-CN': '图生视频' },
  description: {
    en: 'Sets a picture in motion with Stable Video Diffusion.',
    'zh-CN': '使用 Stable Video Diffusion 让图片动起来。',
  },
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
  checkImages: (_params, images) => {
    const { width, height } = requireImage(images);
    if (Math.min(width, height) >= minSide) return [];
    const message = `The picture is ${width} × ${height} pixels; each side must be at least ${minSide}.`;
    return [{ pointer: '/image', message }];
  },
});
