import { defineWorkflow } from '../../defineWorkflow.ts';
import { bindLoras } from '../../params/loras.ts';
import { megapixels } from '../../params/sizes.ts';
import graph from './graph.json' with { type: 'json' };
import { text2imgParams } from './params.ts';

const baseModel = graph['1'].inputs.ckpt_name;

export const workflow = defineWorkflow({
  name: 'text2img',
  version: 1,
  type: 'text2img',
  title: { en: 'Text to picture', 'zh-CN': '文生图' },
  description: {
    en: 'Draws pictures from a description with Stable Diffusion XL.',
    'zh-CN': '使用 Stable Diffusion XL 根据文字描述绘制图片。',
  },
  engine: { of: 'text2img', model: 'Stable Diffusion XL' },
  params: text2imgParams,
  graph,
  binding: {
    prompt: ['3.text', '8.text'],
    negativePrompt: ['4.text', '9.text'],
    model: (edit, model) => {
      edit.set('1.ckpt_name', model);
      // Only the base model's own VAE overflows in half precision; another checkpoint keeps the VAE it came with,
      // which may be of another family.
      if (model !== baseModel) edit.link('12.vae', '1', 2);
    },
    width: '5.width',
    height: '5.height',
    steps: ['6.steps', '10.steps'],
    cfg: ['6.cfg', '10.cfg'],
    sampler: ['6.sampler_name', '10.sampler_name'],
    scheduler: ['6.scheduler', '10.scheduler'],
    seed: ['6.noise_seed', '10.noise_seed'],
    count: '5.batch_size',
    loras: (edit, loras) => bindLoras(edit, '2', loras),
    refinerStep: (edit, refinerStep) => {
      if (refinerStep === undefined) {
        edit.link('12.samples', '6', 0);
        return;
      }
      edit.set('6.end_at_step', refinerStep);
      edit.set('6.return_with_leftover_noise', 'enable');
      edit.set('10.start_at_step', refinerStep);
    },
  },
  outputKind: 'image',
  example: { prompt: 'a lighthouse at dusk' },
  workUnits: (params) => megapixels(params) * params.steps * params.count,
  rates: { creditsPerUnit: 0.125, secondsPerUnit: 0.3, overheadSeconds: 3 },
});
