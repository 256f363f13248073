import { z } from 'zod';
import {
  fewStepsField,
  largestPicture,
  promptAndSize,
  seedCountAndLoras,
} from '../../params/pictureFields.ts';

export const flux2KleinParams = z
  .strictObject({ ...promptAndSize, steps: fewStepsField(4), ...seedCountAndLoras })
  .refine(largestPicture.fits, { path: largestPicture.path, error: largestPicture.error });
