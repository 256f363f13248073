import { z } from 'zod';
import { h3Resolutions } from '../../models/video/minimaxH3.ts';
import { h3Fields } from '../../models/video/minimaxH3Fields.ts';
import { sourceImageField } from '../../params/fields.ts';
import { lastImageField, resolutionField, soundMotionPromptField } from '../../params/videoFields.ts';

export const minimaxH3Img2videoParams = z.strictObject({
  image: sourceImageField,
  lastImage: lastImageField,
  prompt: soundMotionPromptField,
  resolution: resolutionField(h3Resolutions, '480p'),
  ...h3Fields,
});
