import { z } from 'zod';
import { stepsField } from '../../params/fields.ts';
import { largestPicture, promptAndSize, seedCountAndLoras } from '../../params/pictureFields.ts';

export const qwenImageParams = z
  .strictObject({ ...promptAndSize, steps: stepsField(25), ...seedCountAndLoras })
  .refine(largestPicture.fits, { path: largestPicture.path, error: largestPicture.error });
