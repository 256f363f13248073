import { z } from 'zod';
import {
  areaCheck,
  countField,
  lorasField,
  promptField,
  seedField,
  sizeFields,
} from '../../params/fields.ts';
import { fewStepsField } from '../../params/pictureFields.ts';

const area = areaCheck(4_194_304);

export const krea2TurboParams = z
  .strictObject({
    prompt: promptField,
    ...sizeFields({ min: 256, max: 2048, multipleOf: 16 }).required(1024, 1024),
    steps: fewStepsField(8),
    seed: seedField,
    count: countField,
    loras: lorasField,
  })
  .refine(area.fits, { path: area.path, error: area.error });
