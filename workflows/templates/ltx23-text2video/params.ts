import { z } from 'zod';
import { ltxMaxArea, ltxMultiple } from '../../models/video/ltx.ts';
import { ltxFields } from '../../models/video/ltxFields.ts';
import { areaCheck, sizeFields } from '../../params/fields.ts';
import { soundPromptField } from '../../params/videoFields.ts';

const area = areaCheck(ltxMaxArea);

export const ltx23Text2videoParams = z
  .strictObject({
    prompt: soundPromptField,
    ...sizeFields({ min: 256, max: 1920, multipleOf: ltxMultiple }).required(1280, 704),
    ...ltxFields,
  })
  .refine(area.fits, { path: area.path, error: area.error });
