import { z } from 'zod';
import { h3Resolutions } from '../../models/video/minimaxH3.ts';
import { h3Fields } from '../../models/video/minimaxH3Fields.ts';
import { imageField, sourceImageField } from '../../params/fields.ts';
import { resolutionField, soundMotionPromptField } from '../../params/videoFields.ts';

export const minimaxH3Img2videoParams = z.strictObject({
  image: sourceImageField,
  lastImage: imageField({
    title: { en: 'Last picture', 'zh-CN': '末帧图片' },
    description: {
      en: 'The picture that the video ends on; its middle is used if its shape differs.',
      'zh-CN': '视频结束时的画面；若比例不同，则取中央部分。',
    },
  }).optional(),
  prompt: soundMotionPromptField,
  resolution: resolutionField(h3Resolutions, '480p'),
  ...h3Fields,
});
