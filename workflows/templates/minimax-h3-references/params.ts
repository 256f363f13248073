import { z } from 'zod';
import { h3MaxArea, h3MaxSide, h3Multiple } from '../../models/video/minimaxH3.ts';
import { h3Fields } from '../../models/video/minimaxH3Fields.ts';
import { areaCheck, schedulerField, sizeFields, sourceImageField } from '../../params/fields.ts';
import { furtherImageField } from '../../params/pictureFields.ts';
import { soundPromptField } from '../../params/videoFields.ts';

const area = areaCheck(h3MaxArea);

export const minimaxH3ReferencesParams = z
  .strictObject({
    image: sourceImageField,
    image2: furtherImageField(2),
    image3: furtherImageField(3),
    image4: furtherImageField(4),
    prompt: soundPromptField,
    ...sizeFields({ min: 256, max: h3MaxSide, multipleOf: h3Multiple }).required(864, 480),
    ...h3Fields,
    // The model's makers advise it where references matter.
    scheduler: schedulerField('beta'),
  })
  .refine(area.fits, { path: area.path, error: area.error });
