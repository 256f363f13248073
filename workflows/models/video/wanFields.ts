import { z } from 'zod';
import {
  field,
  integerField,
  negativePromptField,
  numberField,
  samplerField,
  schedulerField,
  seedField,
} from '../../params/fields.ts';
import { framesField, videoFormatField } from '../../params/videoFields.ts';
import { wanFps, wanFrames, wanQualities, wanUsual } from './wan.ts';

/** The parameters that every workflow of Wan 2.2 has. */
export const wanFields = {
  negativePrompt: negativePromptField,
  frames: framesField(wanFrames, wanFps),
  format: videoFormatField,
  quality: field(
    z.enum(wanQualities, { error: `Choose one of ${wanQualities.join(', ')}.` }).default('fast'),
    {
      title: { en: 'Quality', 'zh-CN': '质量' },
      description: {
        en: 'fast takes 4 steps; full takes 20 with guidance, moves more, and costs about ten times as much.',
        'zh-CN': 'fast 只需 4 步；full 需 20 步并使用引导，动作更丰富，费用约为十倍。',
      },
    },
  ),
  steps: field(
    integerField(2, 40).optional(),
    {
      title: { en: 'Steps', 'zh-CN': '步数' },
      description: {
        en: 'Empty takes 4, or 20 in full quality. One model draws the first half, another the second.',
        'zh-CN': '留空为 4 步，full 质量为 20 步；前半与后半由两个模型分别完成。',
      },
    },
    { 'x-usual': { by: 'quality', steps: wanQualities.map((name) => [name, wanUsual[name].steps]) } },
  ),
  cfg: field(numberField(1, 10).optional(), {
    title: { en: 'Guidance (cfg)', 'zh-CN': '引导强度（cfg）' },
    description: {
      en: 'Empty takes 1, or 3.5 in full quality. At 1 the negative prompt has no effect.',
      'zh-CN': '留空为 1，full 质量为 3.5；为 1 时反向提示词不起作用。',
    },
  }),
  sampler: samplerField('euler'),
  scheduler: schedulerField('simple'),
  seed: seedField,
};
