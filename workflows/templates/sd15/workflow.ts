import { defineWorkflow } from '../../defineWorkflow.ts';
import { bindLoras } from '../../params/loras.ts';
import { megapixels } from '../../params/sizes.ts';
import graph from './graph.json' with { type: 'json' };
import { sd15Params } from './params.ts';

export const workflow = defineWorkflow({
  name: 'sd15',
  version: 1,
  type: 'text2img',
  title: { en: 'Text to picture (Stable Diffusion 1.5)', 'zh-CN': '文生图（Stable Diffusion 1.5）' },
  description: {
    en: 'Draws pictures of about 512 × 512 pixels from a description with Stable Diffusion 1.5, on small graphics cards too.',
    'zh-CN': '使用 Stable Diffusion 1.5 根据文字描述绘制约 512 × 512 像素的图片，小显存显卡也能运行。',
  },
  engine: { of: 'text2img', model: 'Stable Diffusion 1.5' },
  params: sd15Params,
  graph,
  binding: {
    prompt: '3.text',
    negativePrompt: '4.text',
    model: '1.ckpt_name',
    width: '5.width',
    height: '5.height',
    steps: '6.steps',
    cfg: '6.cfg',
    sampler: '6.sampler_name',
    scheduler: '6.scheduler',
    seed: '6.seed',
    count: '5.batch_size',
    loras: (edit, loras) => bindLoras(edit, '2', loras),
  },
  outputKind: 'image',
  example: { prompt: 'a lighthouse at dusk' },
  workUnits: (params) => megapixels(params) * params.steps * params.count,
  rates: { creditsPerUnit: 0.125, secondsPerUnit: 0.3, overheadSeconds: 3 },
});
