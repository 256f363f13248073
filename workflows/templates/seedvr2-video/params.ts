import { z } from 'zod';
import { field, seedField } from '../../params/fields.ts';
import { sourceVideoField } from '../../params/videoFields.ts';

export const seedvr2VideoParams = z.strictObject({
  video: sourceVideoField,
  scale: field(z.literal([2, 4], { error: 'Choose 2 or 4.' }).default(2), {
    title: { en: 'Scale', 'zh-CN': '放大倍数' },
    description: { en: 'Times the width and the height.', 'zh-CN': '宽和高各放大的倍数。' },
  }),
  seed: seedField,
});
