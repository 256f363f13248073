import { defineWorkflow } from '../../defineWorkflow.ts';
import { flux1Rates } from '../../models/flux.ts';
import { bindModelLoras } from '../../params/loras.ts';
import { megapixels } from '../../params/sizes.ts';
import graph from './graph.json' with { type: 'json' };
import { flux1DevParams } from './params.ts';

export const workflow = defineWorkflow({
  name: 'flux1-dev',
  version: 1,
  type: 'text2img',
  title: { en: 'Text to picture (Flux.1 dev)', 'zh-CN': '文生图（Flux.1 dev）' },
  description: {
    en: 'Draws pictures from a description with Flux.1 dev.',
    'zh-CN': '使用 Flux.1 dev 根据文字描述绘制图片。',
  },
  engine: { of: 'text2img', model: 'Flux.1 dev' },
  params: flux1DevParams,
  graph,
  binding: {
    prompt: '5.text',
    width: '8.width',
    height: '8.height',
    steps: '9.steps',
    guidance: '6.guidance',
    seed: '9.seed',
    count: '8.batch_size',
    loras: (edit, loras) => bindModelLoras(edit, '4', loras),
  },
  outputKind: 'image',
  example: { prompt: 'a lighthouse at dusk' },
  workUnits: (params) => megapixels(params) * params.steps * params.count,
  rates: flux1Rates,
});
