import { z } from 'zod';
import { imageField, seedField, stepsField } from '../../params/fields.ts';

export const hunyuan3dParams = z.strictObject({
  image: imageField({
    title: { en: 'Picture', 'zh-CN': '图片' },
    description: {
      en: 'One thing, whole, on a plain background. Its middle square is used.',
      'zh-CN': '背景简洁、主体完整的单个物体。取中间的正方形区域。',
    },
  }),
  steps: stepsField(30),
  seed: seedField,
});

/** What a client sends. */
export type Hunyuan3dParams = z.input<typeof hunyuan3dParams>;
