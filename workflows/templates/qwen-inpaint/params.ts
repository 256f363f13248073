import { z } from 'zod';
import {
  countField,
  denoiseField,
  lorasField,
  negativePromptField,
  promptField,
  seedField,
  sourceImageField,
} from '../../params/fields.ts';
import { fastField, optionalStepsField } from '../../params/pictureFields.ts';
import { inpaintParams } from '../inpaint/params.ts';

/** With the LoRA for few steps, and without. */
export const qwenInpaintSteps = { fast: 4, full: 20 };

export const qwenInpaintParams = z.strictObject({
  image: sourceImageField,
  mask: inpaintParams.shape.mask,
  prompt: promptField,
  negativePrompt: negativePromptField,
  growMask: inpaintParams.shape.growMask,
  denoise: denoiseField(1),
  fast: fastField(true, qwenInpaintSteps),
  steps: optionalStepsField(qwenInpaintSteps),
  seed: seedField,
  count: countField,
  loras: lorasField,
});
