import { z } from 'zod';
import {
  areaCheck,
  cfgField,
  countField,
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

/** 768 × 768: far above its 512 × 512 the model draws doubled subjects. */
const area = areaCheck(589_824);

export const sd15Params = z
  .strictObject({
    prompt: promptField,
    negativePrompt: negativePromptField,
    model: modelField('v1-5-pruned-emaonly-fp16.safetensors'),
    ...sizeFields({ min: 256, max: 1024 }).required(512, 512),
    steps: stepsField(20),
    cfg: cfgField(7),
    sampler: samplerField('dpmpp_2m'),
    scheduler: schedulerField('karras'),
    seed: seedField,
    count: countField,
    loras: lorasField,
  })
  .refine(area.fits, { path: area.path, error: area.error });
