import { z } from 'zod';
import { stepsField } from '../../params/fields.ts';
import {
  guidanceField,
  largestPicture,
  promptAndSize,
  seedCountAndLoras,
} from '../../params/pictureFields.ts';

export const flux1DevParams = z
  .strictObject({
    ...promptAndSize,
    steps: stepsField(20),
    guidance: guidanceField(3.5),
    ...seedCountAndLoras,
  })
  .refine(largestPicture.fits, { path: largestPicture.path, error: largestPicture.error });
