import { z } from 'zod';
import {
  areaCheck,
  cfgField,
  countField,
  denoiseField,
  lorasField,
  modelField,
  negativePromptField,
  promptField,
  samplerField,
  schedulerField,
  seedField,
  sizeFields,
  sourceImageField,
  stepsField,
} from '../../params/fields.ts';

/** For requested sides, and for one that follows the picture. */
export const img2imgLimits = { min: 64, max: 4096, maxPixels: 4_194_304 };

const area = areaCheck(img2imgLimits.maxPixels);

export const img2imgParams = z
  .strictObject({
    image: sourceImageField,
    prompt: promptField,
    negativePrompt: negativePromptField,
    denoise: denoiseField(0.6),
    model: modelField('v1-5-pruned-emaonly-fp16.safetensors'),
    ...sizeFields(img2imgLimits).optional(),
    steps: stepsField(25),
    cfg: cfgField(7),
    sampler: samplerField('dpmpp_2m'),
    scheduler: schedulerField('karras'),
    seed: seedField,
    count: countField,
    loras: lorasField,
  })
  .refine(area.fits, { path: area.path, error: area.error });

/** What a client sends. */
export type Img2imgParams = z.input<typeof img2imgParams>;
