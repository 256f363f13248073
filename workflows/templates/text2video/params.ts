import { z } from 'zod';
import {
  areaCheck,
  cfgField,
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
import { videoFields, videoModelField, videoStepsField } from '../../params/videoFields.ts';

const area = areaCheck(1024 * 576);

export const text2videoParams = z
  .strictObject({
    prompt: promptField,
    negativePrompt: negativePromptField,
    ...videoFields,
    model: modelField('sd_xl_base_1.0.safetensors'),
    videoModel: videoModelField,
    ...sizeFields({ min: 512, max: 1024, multipleOf: 64 }).required(1024, 576),
    steps: stepsField(30),
    videoSteps: videoStepsField,
    cfg: cfgField(7),
    sampler: samplerField('dpmpp_2m'),
    scheduler: schedulerField('karras'),
    seed: seedField,
    loras: lorasField,
  })
  .refine(area.fits, { path: area.path, error: area.error });

/** What a client sends. */
export type Text2videoParams = z.input<typeof text2videoParams>;
