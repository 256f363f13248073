import { defineWorkflow } from '../../defineWorkflow.ts';
import { bindVideoFormat } from '../../models/video/videoFormat.ts';
import { bindWanSampling, wanFps, wanPasses, wanRates } from '../../models/video/wan.ts';
import { megapixels } from '../../params/sizes.ts';
import graph from './graph.json' with { type: 'json' };
import { wan22Text2videoParams } from './params.ts';

export const workflow = defineWorkflow({
  name: 'wan22-text2video',
  version: 1,
  type: 'text2video',
  title: { en: 'Text to video (Wan 2.2)', 'zh-CN': '文生视频（Wan 2.2）' },
  description: {
    en: 'Makes a video from a prompt with Wan 2.2 (14B): about five seconds, 16 frames a second, without sound.',
    'zh-CN': '使用 Wan 2.2（14B）按提示词生成视频，约五秒，每秒 16 帧，无声音。',
  },
  engine: { of: 'text2video', model: 'Wan 2.2' },
  params: wan22Text2videoParams,
  graph,
  binding: {
    prompt: '10.text',
    negativePrompt: '11.text',
    width: '13.width',
    height: '13.height',
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
  example: { prompt: 'a paper boat drifts down a canal in the rain' },
  workUnits: (params) => megapixels(params) * wanPasses(params) * params.frames,
  rates: wanRates,
});
