import { defineWorkflow } from '../../defineWorkflow.ts';
import { qwenImage21Rates } from '../../models/qwenImage.ts';
import { bindModelLoras } from '../../params/loras.ts';
import { megapixels } from '../../params/sizes.ts';
import graph from './graph.json' with { type: 'json' };
import { qwenImageParams } from './params.ts';

export const workflow = defineWorkflow({
  name: 'qwen-image',
  version: 1,
  type: 'text2img',
  title: { en: 'Text to picture (Qwen-Image 2.1)', 'zh-CN': '文生图（Qwen-Image 2.1）' },
  description: {
    en: 'Draws pictures from a description with Qwen-Image 2.1, which follows long prompts and writes English and Chinese in the picture.',
    'zh-CN': '使用 Qwen-Image 2.1 根据文字描述绘制图片，擅长遵循长提示词，并能在画面中写出中英文。',
  },
  engine: { of: 'text2img', model: 'Qwen-Image 2.1' },
  params: qwenImageParams,
  graph,
  binding: {
    prompt: '5.prompt',
    width: '6.width',
    height: '6.height',
    steps: '8.steps',
    seed: '8.seed',
    count: '6.batch_size',
    loras: (edit, loras) => bindModelLoras(edit, '4', loras),
  },
  outputKind: 'image',
  example: { prompt: 'a lighthouse at dusk' },
  workUnits: (params) => megapixels(params) * params.steps * params.count,
  rates: qwenImage21Rates,
});
