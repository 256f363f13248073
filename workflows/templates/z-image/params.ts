import { z } from 'zod';
import {
  fewStepsField,
  largestPicture,
  promptAndSize,
  seedCountAndLoras,
} from '../../params/pictureFields.ts';

export const zImageParams = z
  .strictObject({ ...promptAndSize, steps: fewStepsField(8), ...seedCountAndLoras })
  .refine(largestPicture.fits, { path: largestPicture.path, error: largestPicture.error });
