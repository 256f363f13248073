import { defineWorkflow } from '../../defineWorkflow.ts';
import { zImageRates } from '../../models/zImage.ts';
import { bindModelLoras } from '../../params/loras.ts';
import { megapixels } from '../../params/sizes.ts';
import graph from './graph.json' with { type: 'json' };
import { zImageParams } from './params.ts';

export const workflow = defineWorkflow({
  name: 'z-image',
  version: 1,
  type: 'text2img',
  title: { en: 'Text to picture (Z-Image Turbo)', 'zh-CN': '文生图（Z-Image Turbo）' },
  description: {
    en: 'Draws pictures from a description in a few steps with Z-Image Turbo, with legible English and Chinese lettering.',
    'zh-CN': '使用 Z-Image Turbo，几步即可根据文字描述绘制图片，画面中的中英文字清晰可读。',
  },
  engine: { of: 'text2img', model: 'Z-Image Turbo' },
  params: zImageParams,
  graph,
  binding: {
    prompt: '6.text',
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
  rates: zImageRates,
});
