import { z } from 'zod';
import {
  areaCheck,
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
  sizeFields,
  stepsField,
} from '../../params/fields.ts';

const area = areaCheck(3_145_728);

export const text2imgParams = z
  .strictObject({
    prompt: promptField,
    negativePrompt: negativePromptField,
    model: modelField('sd_xl_base_1.0.safetensors'),
    ...sizeFields({ min: 256, max: 2048 }).required(1024, 1024),
    steps: stepsField(30),
    cfg: cfgField(7),
    sampler: samplerField('dpmpp_2m'),
    scheduler: schedulerField('karras'),
    seed: seedField,
    count: countField,
    loras: lorasField,
    refinerStep: field(integerField(1, 99).optional(), {
      title: { en: 'Refine from step', 'zh-CN': '精修起始步' },
      description: {
        en: 'From this step on the refiner takes over the picture; empty never.',
        'zh-CN': '从这一步起由精修模型接手；留空则不使用。',
      },
    }),
  })
  .refine(area.fits, { path: area.path, error: area.error })
  .refine(({ refinerStep, steps }) => refinerStep === undefined || refinerStep < steps, {
    path: ['refinerStep'],
    error: 'The refiner must take over before the last step.',
  });

/** What a client sends. */
export type Text2imgParams = z.input<typeof text2imgParams>;
