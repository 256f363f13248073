import { defineWorkflow } from '../../defineWorkflow.ts';
import { findFlowFault } from '../../models/video/film.ts';
import { frameMegapixels, requireVideo } from '../../models/video/sourceVideo.ts';
import graph from './graph.json' with { type: 'json' };
import { interpolateParams } from './params.ts';

export const workflow = defineWorkflow({
  name: 'interpolate',
  version: 1,
  type: 'upscale',
  title: { en: 'Smoother video', 'zh-CN': '视频补帧' },
  description: {
    en: 'Makes the motion of a video smoother: FILM draws frames between those that are there. Length and sound stay.',
    'zh-CN': '使用 FILM 在原有帧之间补出新帧，让视频动作更流畅。时长和声音保持不变。',
  },
  params: interpolateParams,
  graph,
  binding: {
    video: '1.file',
    times: (edit, times) => {
      edit.set('4.multiplier', times);
      // By the server, which knows the exact rate: 30000/1001 has no decimal of its own.
      edit.set('5.expression', `a * ${times}`);
    },
  },
  outputKind: 'video',
  example: { video: '01900000-0000-7000-8000-000000000000' },
  workUnits: ({ times }, _images, videos) => frameMegapixels(requireVideo(videos)) * times,
  // An estimate: FILM has 34 million weights and no sampling.
  rates: { creditsPerUnit: 0.05, secondsPerUnit: 0.15, overheadSeconds: 5 },
  checkImages: ({ times }, _images, videos) => {
    const fault = findFlowFault(requireVideo(videos), times);
    return fault ? [fault] : [];
  },
});
