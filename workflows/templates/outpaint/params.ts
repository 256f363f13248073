import { z } from 'zod';
import {
  cfgField,
  countField,
  field,
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

const marginField = (en: string, zhCN: string) =>
  field(integerField(0, 4096).default(0), { title: { en: `${en} (pixels)`, 'zh-CN': `${zhCN}（像素）` } });

export const outpaintParams = z
  .strictObject({
    image: sourceImageField,
    prompt: promptField,
    negativePrompt: negativePromptField,
    left: marginField('Left', '左侧'),
    top: marginField('Top', '上方'),
    right: marginField('Right', '右侧'),
    bottom: marginField('Bottom', '下方'),
    feathering: field(integerField(0, 256).default(24), {
      title: { en: 'Soft edge (pixels)', 'zh-CN': '边缘过渡（像素）' },
      description: {
        en: 'Blends this much of the picture into what is drawn beside it; 0 keeps every pixel.',
        'zh-CN': '原图边缘与新画面融合的宽度；0 表示原图像素全部保留。',
      },
    }),
    model: modelField('sd-v1-5-inpainting.safetensors'),
    steps: stepsField(30),
    cfg: cfgField(7),
    sampler: samplerField('dpmpp_2m'),
    scheduler: schedulerField('karras'),
    seed: seedField,
    count: countField,
    loras: lorasField,
  })
  .refine(({ left, top, right, bottom }) => left + top + right + bottom > 0, {
    path: ['right'],
    error: 'Extend at least one side: give left, top, right or bottom.',
  });
