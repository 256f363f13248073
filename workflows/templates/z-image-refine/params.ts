import { z } from 'zod';
import {
  denoiseField,
  field,
  imageField,
  lorasField,
  promptMaxCharacters,
  seedField,
  textSchema,
} from '../../params/fields.ts';
import { fewStepsField } from '../../params/pictureFields.ts';

export const zImageRefineParams = z.strictObject({
  image: imageField({
    title: { en: 'Picture', 'zh-CN': '图片' },
    description: { en: 'The picture to enlarge and refine.', 'zh-CN': '需要放大并精修的图片。' },
  }),
  scale: field(z.literal([2, 4], { error: 'Choose 2 or 4.' }).default(2), {
    title: { en: 'Scale', 'zh-CN': '放大倍数' },
    description: { en: 'Times the width and the height.', 'zh-CN': '宽和高各放大的倍数。' },
  }),
  prompt: field(
    textSchema(0).optional(),
    {
      title: { en: 'Prompt', 'zh-CN': '提示词' },
      description: {
        en: 'What the picture shows; empty does for most.',
        'zh-CN': '画面内容；通常可以留空。',
      },
    },
    { 'x-multiline': true, maxLength: promptMaxCharacters },
  ),
  denoise: denoiseField(0.33),
  steps: fewStepsField(5),
  seed: seedField,
  loras: lorasField,
});
