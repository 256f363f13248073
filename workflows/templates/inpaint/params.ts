import { z } from 'zod';
import {
  cfgField,
  countField,
  denoiseField,
  field,
  imageField,
  integerField,
  lorasField,
  modelField,
  negativePromptField,
  promptField,
  samplerField,
  schedulerField,
  seedField,
  sourceImageField,
  stepsField,
} from '../../params/fields.ts';

export const inpaintParams = z.strictObject({
  image: sourceImageField,
  mask: imageField({
    title: { en: 'Mask', 'zh-CN': '蒙版' },
    description: {
      en: 'A picture of the same size: white is drawn anew, black stays.',
      'zh-CN': '与原图尺寸相同的图片：白色区域重绘，黑色区域保留。',
    },
  }),
  prompt: promptField,
  negativePrompt: negativePromptField,
  growMask: field(integerField(0, 64).default(4), {
    title: { en: 'Grow the mask (pixels)', 'zh-CN': '蒙版扩展（像素）' },
    description: {
      en: 'Draws a little beyond the mask, so that no edge shows.',
      'zh-CN': '稍微超出蒙版重绘，避免出现接缝。',
    },
  }),
  denoise: denoiseField(1),
  model: modelField('sd-v1-5-inpainting.safetensors'),
  steps: stepsField(30),
  cfg: cfgField(7),
  sampler: samplerField('dpmpp_2m'),
  scheduler: schedulerField('karras'),
  seed: seedField,
  count: countField,
  loras: lorasField,
});
