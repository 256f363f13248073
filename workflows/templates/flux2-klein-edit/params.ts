import { z } from 'zod';
import { editLimits } from '../../models/editing.ts';
import {
  areaCheck,
  countField,
  lorasField,
  seedField,
  sizeFields,
  sourceImageField,
} from '../../params/fields.ts';
import { fewStepsField, furtherImageField, instructionField } from '../../params/pictureFields.ts';

const area = areaCheck(editLimits.maxPixels);

export const flux2KleinEditParams = z
  .strictObject({
    image: sourceImageField,
    image2: furtherImageField(2),
    image3: furtherImageField(3),
    image4: furtherImageField(4),
    prompt: instructionField,
    ...sizeFields({ ...editLimits, multipleOf: 16 }).optional(),
    steps: fewStepsField(4),
    seed: seedField,
    count: countField,
    loras: lorasField,
  })
  .refine(area.fits, { path: area.path, error: area.error });
