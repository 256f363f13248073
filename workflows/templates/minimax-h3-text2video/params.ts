import { z } from 'zod';
import { h3MaxArea, h3MaxSide, h3Multiple } from '../../models/video/minimaxH3.ts';
import { h3Fields } from '../../models/video/minimaxH3Fields.ts';
import { areaCheck, sizeFields } from '../../params/fields.ts';
import { soundPromptField } from '../../params/videoFields.ts';

const area = areaCheck(h3MaxArea);

export const minimaxH3Text2videoParams = z
  .strictObject({
    prompt: soundPromptField,
    ...sizeFields({ min: 256, max: h3MaxSide, multipleOf: h3Multiple }).required(864, 480),
    ...h3Fields,
  })
  .refine(area.fits, { path: area.path, error: area.error });
