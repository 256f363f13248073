import { z } from 'zod';
import { wanFrames, wanResolutions } from '../../models/video/wan.ts';
import { field, negativePromptField, seedField, sourceImageField, textSchema } from '../../params/fields.ts';
import { gridField } from '../../params/grid.ts';
import { resolutionField, sourceVideoField, videoStepsField } from '../../params/videoFields.ts';

const words = { 'x-multiline': true, maxLength: 2_000 } as const;

export const wanAnimateParams = z.strictObject({
  image: sourceImageField,
  video: sourceVideoField,
  prompt: field(
    textSchema(0).default(''),
    {
      title: { en: 'Prompt', 'zh-CN': '提示词' },
      description: {
        en: 'Who the picture shows, and what is behind them.',
        'zh-CN': '描述图片中的人物及背景。',
      },
    },
    words,
  ),
  motion: field(
    textSchema(0).default(''),
    {
      title: { en: 'Motion', 'zh-CN': '动作' },
      description: { en: 'What is done in the video.', 'zh-CN': '描述视频中的动作。' },
    },
    words,
  ),
  negativePrompt: negativePromptField,
  resolution: resolutionField(wanResolutions, '480p'),
  frames: field(
    gridField(wanFrames.min, wanFrames.max, wanFrames.grid).default(wanFrames.default),
    {
      title: { en: 'Frames', 'zh-CN': '帧数' },
      description: {
        en: 'How many frames of the video are followed, from its beginning, at its own rate. Fewer where it is shorter.',
        'zh-CN': '从视频开头起跟随的帧数，帧率与视频相同；视频较短时相应减少。',
      },
    },
    { 'x-grid': wanFrames.grid },
  ),
  steps: videoStepsField.default(6),
  seed: seedField,
});
