import { z } from 'zod';
import { editLimits } from '../../models/editing.ts';
import {
  areaCheck,
  countField,
  lorasField,
  seedField,
  sizeFields,
  sourceImageField,
  stepsField,
} from '../../params/fields.ts';
import { furtherImageField, instructionField } from '../../params/pictureFields.ts';

const area = areaCheck(editLimits.maxPixels);

export const qwenImageEditParams = z
  .strictObject({
    image: sourceImageField,
    image2: furtherImageField(2),
    image3: furtherImageField(3),
    image4: furtherImageField(4),
    image5: furtherImageField(5),
    image6: furtherImageField(6),
    image7: furtherImageField(7),
    image8: furtherImageField(8),
    image9: furtherImageField(9),
    image10: furtherImageField(10),
    prompt: instructionField,
    ...sizeFields({ ...editLimits, multipleOf: 32 }).optional(),
    steps: stepsField(25),
    seed: seedField,
    count: countField,
    loras: lorasField,
  })
  .refine(area.fits, { path: area.path, error: area.error });
