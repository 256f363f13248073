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

export const qwenEdit2511Params = z
  .strictObject({
    image: sourceImageField,
    image2: furtherImageField(2),
    image3: furtherImageField(3),
    prompt: instructionField,
    negativePrompt: negativePromptField,
    ...sizeFields({ ...editLimits, multipleOf: 16 }).optional(),
    fast: fastField(true, qwenEdit2511Steps),
    steps: optionalStepsField(qwenEdit2511Steps),
    seed: seedField,
    count: countField,
    loras: lorasField,
  })
  .refine(area.fits, { path: area.path, error: area.error });
