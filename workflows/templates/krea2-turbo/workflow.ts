import { defineWorkflow } from '../../defineWorkflow.ts';
import { krea2Rates } from '../../models/krea2.ts';
import { bindModelLoras } from '../../params/loras.ts';
import { megapixels } from '../../params/sizes.ts';
import graph from './graph.json' with { type: 'json' };
import { krea2TurboParams } from './params.ts';

export const workflow = defineWorkflow({
  name: 'krea2-turbo',
  version: 1,
  type: 'text2img',
  title: { en: 'Text to picture (Krea 2 Turbo)', 'zh-CN': '文生图（Krea 2 Turbo）' },
  description: {
    en: 'Draws pictures from a description in eight steps with Krea 2 Turbo, in many styles of photography and art.',
    'zh-CN': '使用 Krea 2 Turbo，八步即可根据文字描述绘制图片，擅长多种摄影与艺术风格。',
  },
  engine: { of: 'text2img', model: 'Krea 2 Turbo' },
  params: krea2TurboParams,
  graph,
  binding: {
    prompt: '5.text',
    width: '8.width',
    height: '8.height',
    steps: '9.steps',
    seed: '9.seed',
    count: '8.batch_size',
    loras: (edit, loras) => bindModelLoras(edit, '4', loras),
  },
  outputKind: 'image',
  example: { prompt: 'a lighthouse at dusk' },
  workUnits: (params) => megapixels(params) * params.steps * params.count,
  rates: krea2Rates,
});
