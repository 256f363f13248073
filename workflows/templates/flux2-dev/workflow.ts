import { defineWorkflow } from '../../defineWorkflow.ts';
import { flux2Rates } from '../../models/flux.ts';
import { bindModelLoras } from '../../params/loras.ts';
import { megapixels } from '../../params/sizes.ts';
import graph from './graph.json' with { type: 'json' };
import { flux2DevParams, flux2DevSteps } from './params.ts';

const stepsFor = ({ fast, steps }: { fast: boolean; steps?: number | undefined }): number =>
  steps ?? (fast ? flux2DevSteps.fast : flux2DevSteps.full);

export const workflow = defineWorkflow({
  name: 'flux2-dev',
  version: 1,
  type: 'text2img',
  title: { en: 'Text to picture (Flux.2 dev)', 'zh-CN': '文生图（Flux.2 dev）' },
  description: {
    en: 'Draws pictures from a description with Flux.2 dev, the largest of the models on offer. On request it takes 8 steps instead of 20.',
    'zh-CN': '使用 Flux.2 dev 根据文字描述绘制图片，是所提供的模型中最大的；可选择以 8 步代替 20 步。',
  },
  engine: { of: 'text2img', model: 'Flux.2 dev' },
  params: flux2DevParams,
  graph,
  binding: {
    prompt: '6.text',
    // The schedule of the steps depends on the size.
    width: ['11.width', '12.width'],
    height: ['11.height', '12.height'],
    fast: (edit, fast) => {
      if (!fast) edit.bypass('4', ['model']);
    },
    steps: (edit, _steps, { params }) => edit.set('11.steps', stepsFor(params)),
    guidance: '7.guidance',
    seed: '9.noise_seed',
    count: '12.batch_size',
    loras: (edit, loras) => bindModelLoras(edit, '5', loras),
  },
  outputKind: 'image',
  example: { prompt: 'a lighthouse at dusk' },
  workUnits: (params) => megapixels(params) * stepsFor(params) * params.count,
  rates: flux2Rates,
});
