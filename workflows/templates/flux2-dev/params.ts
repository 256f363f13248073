import { z } from 'zod';
import {
  fastField,
  guidanceField,
  largestPicture,
  optionalStepsField,
  promptAndSize,
  seedCountAndLoras,
} from '../../params/pictureFields.ts';

/** With the LoRA for few steps, and without. */
export const flux2DevSteps = { fast: 8, full: 20 };

export const flux2DevParams = z
  .strictObject({
    ...promptAndSize,
    fast: fastField(false, flux2DevSteps),
    steps: optionalStepsField(flux2DevSteps),
    guidance: guidanceField(4),
    ...seedCountAndLoras,
  })
  .refine(largestPicture.fits, { path: largestPicture.path, error: largestPicture.error });
