import { z } from 'zod';
import { editLimits } from '../../models/editing.ts';
import {
  areaCheck,
  countField,
  field,
  seedField,
  sizeFields,
  sourceImageField,
} from '../../params/fields.ts';
import { fastField, optionalStepsField } from '../../params/pictureFields.ts';
import { qwenEdit2511Steps } from '../qwen-edit-2511/params.ts';

const area = areaCheck(editLimits.maxPixels);

/** Of what is seen, and the words by which the LoRA knows each. */
export const angleWords = {
  side: {
    front: 'front view',
    'front right': 'front-right quarter view',
    right: 'right side view',
    'back right': 'back-right quarter view',
    back: 'back view',
    'back left': 'back-left quarter view',
    left: 'left side view',
    'front left': 'front-left quarter view',
  },
  height: {
    low: 'low-angle shot',
    'eye level': 'eye-level shot',
    raised: 'elevated shot',
    high: 'high-angle shot',
  },
  distance: { close: 'close-up', medium: 'medium shot', wide: 'wide shot' },
} as const;

function oneOf<const Words extends Record<string, string>>(words: Words, usual: keyof Words & string) {
  const names = Object.keys(words) as (keyof Words & string)[];
  return z.enum(names, { error: `Choose one of ${names.join(', ')}.` }).default(usual);
}

export const qwenAnglesParams = z
  .strictObject({
    image: sourceImageField,
    side: field(oneOf(angleWords.side, 'front left'), {
      title: { en: 'Side', 'zh-CN': '方位' },
      description: {
        en: 'Which side of the subject is seen; left and right are those of the picture.',
        'zh-CN': '从主体的哪一侧看；左右以画面为准。',
      },
    }),
    cameraHeight: field(oneOf(angleWords.height, 'eye level'), {
      title: { en: 'Camera height', 'zh-CN': '机位高度' },
    }),
    distance: field(oneOf(angleWords.distance, 'medium'), {
      title: { en: 'Distance', 'zh-CN': '景别' },
    }),
    ...sizeFields({ ...editLimits, multipleOf: 16 }).optional(),
    fast: fastField(true, qwenEdit2511Steps),
    steps: optionalStepsField(qwenEdit2511Steps),
    seed: seedField,
    count: countField,
  })
  .refine(area.fits, { path: area.path, error: area.error });
