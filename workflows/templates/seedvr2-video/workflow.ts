import { defineWorkflow } from '../../defineWorkflow.ts';
import { findFilmScaleFault } from '../../models/seedvr2.ts';
import { frameMegapixels, requireVideo } from '../../models/video/sourceVideo.ts';
import graph from './graph.json' with { type: 'json' };
import { seedvr2VideoParams } from './params.ts';

export const workflow = defineWorkflow({
  name: 'seedvr2-video',
  version: 1,
  type: 'upscale',
  title: { en: 'Restore and upscale a video', 'zh-CN': '视频修复与放大' },
  description: {
    en: 'Enlarges a video 2 or 4 times and draws lost detail anew with SeedVR2, also of blurred or compressed videos. Frame rate and sound stay.',
    'zh-CN':
      '使用 SeedVR2 将视频放大 2 倍或 4 倍，并重建丢失的细节，适用于模糊或压缩过的视频。帧率和声音保持不变。',
  },
  params: seedvr2VideoParams,
  graph,
  binding: {
    video: '1.file',
    scale: (edit, scale, { videos }) => {
      const { width, height } = requireVideo(videos);
      edit.set('3.width', width * scale);
      edit.set('3.height', height * scale);
    },
    seed: '10.seed',
  },
  outputKind: 'video',
  example: { video: '01900000-0000-7000-8000-000000000000' },
  workUnits: ({ scale }, _images, videos) => frameMegapixels(requireVideo(videos)) * scale ** 2,
  // An estimate by the single picture; a pool learns its own.
  rates: { creditsPerUnit: 0.4, secondsPerUnit: 1.2, overheadSeconds: 10 },
  checkImages: ({ scale }, _images, videos) => {
    const message = findFilmScaleFault(requireVideo(videos), scale);
    return message ? [{ pointer: '/video', message }] : [];
  },
});
