import { z } from 'zod';
import { editLimits } from '../../models/editing.ts';
import {
  areaCheck,
  countField,
  lorasField,
  negativePromptField,
  seedField,
  sizeFields,
  sourceImageField,
} from '../../params/fields.ts';
import {
  fastField,
  furtherImageField,
  instructionField,
  optionalStepsField,
} from '../../params/pictureFields.ts';

const area = areaCheck(editLimits.maxPixels);

/** With the LoRA for few steps, and without. */
export const qwenEdit2511Steps = { fast: 4, full: 40 };

/** What an edit takes whose model draws in so many steps with its LoRA and without. */
export const qwenEditParams = (usualSteps: { fast: number; full: number }) =>
  z
    .strictObject({
      image: sourceImageField,
      image2: furtherImageField(2),
      image3: furtherImageField(3),
      prompt: instructionField,
      negativePrompt: negativePromptField,
      ...sizeFields({ ...editLimits, multipleOf: 16 }).optional(),
      fast: fastField(true, usualSteps),
      steps: optionalStepsField(usualSteps),
      seed: seedField,
      count: countField,
      loras: lorasField,
    })
    .refine(area.fits, { path: area.path, error: area.error });
