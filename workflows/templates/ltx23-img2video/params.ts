import { z } from 'zod';
import { ltxResolutions } from '../../models/video/ltx.ts';
import { ltxFields } from '../../models/video/ltxFields.ts';
import { sourceImageField } from '../../params/fields.ts';
import { resolutionField, soundMotionPromptField } from '../../params/videoFields.ts';

export const ltx23Img2videoParams = z.strictObject({
  image: sourceImageField,
  prompt: soundMotionPromptField,
  resolution: resolutionField(ltxResolutions, '720p'),
  ...ltxFields,
});
