import { z } from 'zod';
import { wanResolutions } from '../../models/video/wan.ts';
import { wanFields } from '../../models/video/wanFields.ts';
import { sourceImageField } from '../../params/fields.ts';
import { lastImageField, motionPromptField, resolutionField } from '../../params/videoFields.ts';

export const wan22Img2videoParams = z.strictObject({
  image: sourceImageField,
  lastImage: lastImageField,
  prompt: motionPromptField,
  resolution: resolutionField(wanResolutions, '480p'),
  ...wanFields,
});
