import { z } from 'zod';
import { field, integerField } from '../../params/fields.ts';
import { sourceVideoField } from '../../params/videoFields.ts';

export const interpolateParams = z.strictObject({
  video: sourceVideoField,
  times: field(integerField(2, 8).default(2), {
    title: { en: 'Times the frame rate', 'zh-CN': '帧率倍数' },
    description: {
      en: 'How many frames come for each of the video; at most 120 a second.',
      'zh-CN': '原视频每帧对应的帧数；结果最高每秒 120 帧。',
    },
  }),
});
