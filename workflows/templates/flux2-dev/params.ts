import { z } from 'zod';
import {
  areaCheck,
  countField,
  lorasField,
  promptField,
  seedField,
  sizeFields,
} from '../../params/fields.ts';
import { fastField, guidanceField, optionalStepsField } from '../../params/pictureFields.ts';

const area = areaCheck(4_194_304);

/** With the LoRA for few steps, and without. */
export const flux2DevSteps = { fast: 8, full: 20 };

export const flux2DevParams = z
  .strictObject({
    prompt: promptField,
    ...sizeFields({ min: 256, max: 2048, multipleOf: 16 }).required(1024, 1024),
    fast: fastField(false, flux2DevSteps),
    steps: optionalStepsField(flux2DevSteps),
    guidance: guidanceField(4),
    seed: seedField,
    count: countField,
    loras: lorasField,
  })
  .refine(area.fits, { path: area.path, error: area.error });
