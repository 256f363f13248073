import { z } from 'zod';
import { imageField } from '../../params/fields.ts';

export const removeBackgroundParams = z.strictObject({
  image: imageField({
    title: { en: 'Picture', 'zh-CN': '图片' },
    description: { en: 'The picture to cut out.', 'zh-CN': '需要抠图的图片。' },
  }),
});
