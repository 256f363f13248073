import { z } from 'zod';
import { editLimits } from '../../models/editing.ts';
import {
  areaCheck,
  countField,
  field,
  lorasField,
  promptField,
  seedField,
  sizeFields,
} from '../../params/fields.ts';
import { fewStepsField } from '../../params/pictureFields.ts';
import { poseParams } from '../pose/params.ts';

const area = areaCheck(editLimits.maxPixels);

export const zImageControlParams = z
  .strictObject({
    image: poseParams.shape.image,
    control: poseParams.shape.control,
    reference: field(z.enum(['photo', 'map'], { error: 'Choose photo or map.' }).optional(), {
      title: { en: 'Kind of reference', 'zh-CN': '参考图类型' },
      description: {
        en: 'A photo is made into a map first; for openpose and depth a server needs a model for that. Empty: photo for canny, else a ready map.',
        'zh-CN':
          '照片会先转换为控制图；openpose 和 depth 需要服务器装有相应模型。留空：canny 视为照片，其余视为现成的控制图。',
      },
    }),
    strength: poseParams.shape.strength,
    prompt: promptField,
    ...sizeFields({ ...editLimits, multipleOf: 16 }).optional(),
    steps: fewStepsField(9),
    seed: seedField,
    count: countField,
    loras: lorasField,
  })
  .refine(area.fits, { path: area.path, error: area.error });
