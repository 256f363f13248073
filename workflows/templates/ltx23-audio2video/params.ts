import { z } from 'zod';
import { ltxFps, ltxFrames, ltxResolutions } from '../../models/video/ltx.ts';
import { ltxFields } from '../../models/video/ltxFields.ts';
import { field, numberField, sourceImageField } from '../../params/fields.ts';
import { gridField } from '../../params/grid.ts';
import { motionPromptField, resolutionField, sourceAudioField } from '../../params/videoFields.ts';

export const ltx23Audio2videoParams = z.strictObject({
  image: sourceImageField,
  audio: sourceAudioField,
  prompt: motionPromptField,
  resolution: resolutionField(ltxResolutions, '720p'),
  start: field(numberField(0, 600).default(0), {
    title: { en: 'Start of the sound (seconds)', 'zh-CN': '音频起点（秒）' },
    description: {
      en: 'From where on the sound is heard.',
      'zh-CN': '从音频的哪一秒开始。',
    },
  }),
  ...ltxFields,
  frames: field(
    gridField(ltxFrames.min, ltxFrames.max, ltxFrames.grid).default(ltxFrames.max),
    {
      title: { en: 'Frames', 'zh-CN': '帧数' },
      description: {
        en: `The most that are drawn: the video ends with its sound. At ${ltxFps} a second, ${ltxFrames.max} are about 19 seconds.`,
        'zh-CN': `最多绘制的帧数：视频随音频结束。按每秒 ${ltxFps} 帧计，${ltxFrames.max} 帧约 19 秒。`,
      },
    },
    { 'x-grid': ltxFrames.grid },
  ),
});
