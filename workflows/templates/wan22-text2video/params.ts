import { z } from 'zod';
import { wanMaxArea, wanMultiple } from '../../models/video/wan.ts';
import { wanFields } from '../../models/video/wanFields.ts';
import { areaCheck, sizeFields } from '../../params/fields.ts';
import { videoPromptField } from '../../params/videoFields.ts';

const area = areaCheck(wanMaxArea);

export const wan22Text2videoParams = z
  .strictObject({
    prompt: videoPromptField,
    ...sizeFields({ min: 256, max: 1280, multipleOf: wanMultiple }).required(832, 480),
    ...wanFields,
  })
  .refine(area.fits, { path: area.path, error: area.error });
