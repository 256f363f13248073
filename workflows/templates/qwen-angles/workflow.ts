import { defineWorkflow } from '../../defineWorkflow.ts';
import { withValues } from '../../graph/withValues.ts';
import { qwenImageRates } from '../../models/qwenImage.ts';
import template from '../qwen-edit-2511/graph.json' with { type: 'json' };
import { qwenEdit2511Steps } from '../qwen-edit-2511/params.ts';
import { checkQwenEdit, qwenEditBinding, qwenEditUnits } from '../qwen-edit-2511/workflow.ts';
import { angleWords, qwenAnglesParams } from './params.ts';

const usual = { steps: qwenEdit2511Steps, cfg: 4 };

export const workflow = defineWorkflow({
  name: 'qwen-angles',
  version: 1,
  type: 'img2img',
  title: { en: 'Another angle (Qwen-Image-Edit 2511)', 'zh-CN': '转换视角（Qwen-Image-Edit 2511）' },
  description: {
    en: 'Shows what a picture shows from another side, height or distance: 96 places for the camera, by a LoRA for Qwen-Image-Edit 2511.',
    'zh-CN': '从另一方位、高度或景别呈现图片中的内容；共 96 个机位，使用 Qwen-Image-Edit 2511 的专用 LoRA。',
  },
  params: qwenAnglesParams,
  graph: withValues(template, {
    'style.safetensors': 'qwen-image-edit-2511-multiple-angles-lora.safetensors',
    'qwen-edit-2511': 'qwen-angles',
  }),
  binding: {
    ...qwenEditBinding(usual),
    side: (edit, side, { params: { cameraHeight, distance } }) => {
      const { height } = angleWords;
      const words = [angleWords.side[side], height[cameraHeight], angleWords.distance[distance]];
      edit.set('14.prompt', `<sks> ${words.join(' ')}`);
      for (const path of ['14.image2', '14.image3', '15.image2', '15.image3'] as const) edit.unlink(path);
    },
    // With the side: the three are one sentence.
    cameraHeight: () => undefined,
    distance: () => undefined,
  },
  outputKind: 'image',
  example: { image: '01900000-0000-7000-8000-000000000000' },
  workUnits: (params, images) => qwenEditUnits(params, images, usual),
  rates: qwenImageRates,
  checkImages: checkQwenEdit,
});
