import { defineWorkflow } from '../../defineWorkflow.ts';
import { videoModelFor } from '../../models/video/stableVideoDiffusion.ts';
import { bindVideoFormat } from '../../models/video/videoFormat.ts';
import { bindLoras } from '../../params/loras.ts';
import { megapixels } from '../../params/sizes.ts';
import graph from './graph.json' with { type: 'json' };
import { text2videoParams } from './params.ts';

const stillModel = graph['1'].inputs.ckpt_name;

export const workflow = defineWorkflow({
  name: 'text2video',
  version: 1,
  type: 'text2video',
  title: { en: 'Text to video', 'zh-CN': '文生视频' },
  description: {
    en: 'Draws a picture with Stable Diffusion XL and animates it with Stable Video Diffusion, in one go.',
    'zh-CN': '先用 Stable Diffusion XL 绘制画面，再用 Stable Video Diffusion 让其动起来，一次完成。',
  },
  engine: { of: 'text2video', model: 'Stable Video Diffusion' },
  params: text2videoParams,
  graph,
  binding: {
    prompt: '3.text',
    negativePrompt: '4.text',
    frames: '10.video_frames',
    fps: ['10.fps', '14.fps', '16.fps', '17.fps'],
    motion: '10.motion_bucket_id',
    format: (edit, format) => bindVideoFormat(edit, format, { mp4: '15', webm: '16', webp: '17' }),
    model: (edit, model) => {
      edit.set('1.ckpt_name', model);
      // As in text2img: another checkpoint keeps the VAE it came with.
      if (model !== stillModel) edit.link('8.vae', '1', 2);
    },
    videoModel: (edit, videoModel, { params }) =>
      edit.set('9.ckpt_name', videoModelFor({ model: videoModel, frames: params.frames })),
    width: ['5.width', '10.width'],
    height: ['5.height', '10.height'],
    steps: '6.steps',
    videoSteps: '12.steps',
    cfg: '6.cfg',
    sampler: '6.sampler_name',
    scheduler: '6.scheduler',
    seed: ['6.seed', '12.seed'],
    loras: (edit, loras) => bindLoras(edit, '2', loras),
  },
  outputKind: 'video',
  example: { prompt: 'waves rolling on a beach at dawn' },
  workUnits: (params) => megapixels(params) * (params.steps + params.videoSteps * params.frames),
  rates: { creditsPerUnit: 0.125, secondsPerUnit: 0.25, overheadSeconds: 12 },
});
