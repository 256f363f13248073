import { z } from 'zod';
import { field, imageField, seedField } from '../../params/fields.ts';

export const seedvr2ImageParams = z.strictObject({
  image: imageField({
    title: { en: 'Picture', 'zh-CN': '图片' },
    description: { en: 'The picture to enlarge.', 'zh-CN': '需要放大的图片。' },
  }),
  scale: field(z.literal([2, 4], { error: 'Choose 2 or 4.' }).default(2), {
    title: { en: 'Scale', 'zh-CN': '放大倍数' },
    description: { en: 'Times the width and the height.', 'zh-CN': '宽和高各放大的倍数。' },
  }),
  seed: seedField,
});
