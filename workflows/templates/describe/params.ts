import { z } from 'zod';
import { imageField } from '../../params/fields.ts';

export const describeParams = z.strictObject({
  image: imageField({
    title: { en: 'Picture', 'zh-CN': '图片' },
    description: { en: 'The picture to put into words.', 'zh-CN': '需要用文字描述的图片。' },
  }),
});

/** What a client sends. */
export type DescribeParams = z.input<typeof describeParams>;
