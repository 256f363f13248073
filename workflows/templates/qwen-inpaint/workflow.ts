import { defineWorkflow } from '../../defineWorkflow.ts';
import { checkEdit, requireFirst, seenMegapixels, seenSize } from '../../models/editing.ts';
import { findMaskFault } from '../../models/masks.ts';
import { qwenImageRates } from '../../models/qwenImage.ts';
import { findSizeFault } from '../../models/stableDiffusion15.ts';
import { bindModelLoras } from '../../params/loras.ts';
import { megapixels } from '../../params/sizes.ts';
import graph from './graph.json' with { type: 'json' };
import { qwenInpaintParams, qwenInpaintSteps } from './params.ts';

/** Qwen-Image has a cell for 16 × 16 pixels. */
const cell = 16;

/** Without the LoRA for few steps, guidance draws each step with and without the prompt. */
const evaluationsFor = (fast: boolean): number => (fast ? 1 : 2);
const guidance = { fast: 1, full: 2.5 };

/** The ControlNet works beside some of the model's layers. An assumption. */
const costOfControl = 1.25;

/** Scaling and laying over, as a share of an evaluation. An assumption. */
const shareOfScaling = 0.1;

const stepsFor = ({ fast, steps }: { fast: boolean; steps?: number | undefined }): number =>
  steps ?? (fast ? qwenInpaintSteps.fast : qwenInpaintSteps.full);

export const workflow = defineWorkflow({
  name: 'qwen-inpaint',
  version: 1,
  type: 'inpaint',
  title: { en: 'Redraw a part (Qwen-Image)', 'zh-CN': '局部重绘（Qwen-Image）' },
  description: {
    en: 'Redraws the masked part of a picture from a description with Qwen-Image. The rest stays as it is.',
    'zh-CN': '使用 Qwen-Image 按文字描述重绘图片中被蒙版覆盖的部分，其余保持不变。',
  },
  engine: { of: 'inpaint', model: 'Qwen-Image' },
  params: qwenInpaintParams,
  graph,
  binding: {
    image: (edit, _name, { images }) => {
      const image = requireFirst(images);
      const { width, height } = seenSize(image, cell);
      edit.set('10.image', image.uploadedName);
      edit.set('13.width', width);
      edit.set('13.height', height);
      edit.set('15.width', width);
      edit.set('15.height', height);
      edit.set('23.width', image.width);
      edit.set('23.height', image.height);
    },
    mask: '11.image',
    prompt: '7.text',
    negativePrompt: '8.text',
    growMask: '12.expand',
    denoise: '21.denoise',
    fast: (edit, fast) => {
      edit.set('21.cfg', fast ? guidance.fast : guidance.full);
      if (!fast) edit.bypass('4', ['model']);
    },
    steps: (edit, _steps, { params }) => edit.set('21.steps', stepsFor(params)),
    seed: '21.seed',
    // ImageCompositeMasked makes one picture for each of its destination.
    count: ['20.amount', '24.amount'],
    loras: (edit, loras) => bindModelLoras(edit, '5', loras),
  },
  outputKind: 'image',
  example: {
    image: '01900000-0000-7000-8000-000000000000',
    mask: '01900000-0000-7000-8000-000000000001',
    prompt: 'a red door',
  },
  workUnits: (params, images) => {
    const evaluations = stepsFor(params) * evaluationsFor(params.fast) * costOfControl;
    return (seenMegapixels * evaluations + megapixels(requireFirst(images)) * shareOfScaling) * params.count;
  },
  rates: qwenImageRates,
  checkImages: (params, images) => {
    const image = requireFirst(images);
    const faults = checkEdit(params, { image }, cell);
    if (faults.length > 0) return faults;
    const message = findSizeFault({}, image);
    if (message) return [{ pointer: '/image', message }];
    const maskFault = images.mask && findMaskFault(images.mask, image);
    return maskFault ? [{ pointer: '/mask', message: maskFault }] : [];
  },
});
