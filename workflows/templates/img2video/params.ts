import { z } from 'zod';
import { trainedArea } from '../../models/video/stableVideoDiffusion.ts';
import { samplerField, schedulerField, seedField, sourceImageField } from '../../params/fields.ts';
import { videoCfgField, videoFields, videoModelField, videoStepsField } from '../../params/videoFields.ts';

export const img2videoParams = z
  .strictObject({
    image: sourceImageField,
    ...videoFields,
    model: videoModelField,
    steps: videoStepsField,
    cfg: videoCfgField,
    sampler: samplerField('euler'),
    scheduler: schedulerField('karras'),
    seed: seedField,
  })
  .meta({ 'x-pixels': trainedArea });

/** What a client sends. */
export type Img2videoParams = z.input<typeof img2videoParams>;
