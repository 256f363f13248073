import { defineWorkflow } from '../../defineWorkflow.ts';
import { klein4Rates } from '../../models/flux.ts';
import { bindModelLoras } from '../../params/loras.ts';
import { megapixels } from '../../params/sizes.ts';
import graph from './graph.json' with { type: 'json' };
import { flux2KleinParams } from './params.ts';

export const workflow = defineWorkflow({
  name: 'flux2-klein',
  version: 1,
  type: 'text2img',
  title: { en: 'Text to picture (Flux.2 Klein)', 'zh-CN': '文生图（Flux.2 Klein）' },
  description: {
    en: 'Draws pictures from a description in four steps with Flux.2 Klein 4B, the fastest of the models on offer.',
    'zh-CN': '使用 Flux.2 Klein 4B，四步即可根据文字描述绘制图片，是所提供的模型中最快的。',
  },
  engine: { of: 'text2img', model: 'Flux.2 Klein 4B' },
  params: flux2KleinParams,
  graph,
  binding: {
    prompt: '5.text',
    // The schedule of the steps depends on the size.
    width: ['9.width', '10.width'],
    height: ['9.height', '10.height'],
    steps: '9.steps',
    seed: '7.noise_seed',
    count: '10.batch_size',
    loras: (edit, loras) => bindModelLoras(edit, '4', loras),
  },
  outputKind: 'image',
  example: { prompt: 'a lighthouse at dusk' },
  workUnits: (params) => megapixels(params) * params.steps * params.count,
  rates: klein4Rates,
});
