import { field, integerField, samplerField, schedulerField, seedField } from '../../params/fields.ts';
import { framesField } from '../../params/videoFields.ts';
import { h3Fps, h3Frames } from './minimaxH3.ts';

/** The parameters that every workflow of MiniMax H3 has. */
export const h3Fields = {
  frames: framesField(h3Frames, h3Fps),
  steps: field(integerField(1, 50).default(25), {
    title: { en: 'Steps', 'zh-CN': '步数' },
    description: { en: 'More steps take longer and refine more.', 'zh-CN': '步数越多，耗时越长，细节越多。' },
  }),
  sampler: samplerField('res_multistep'),
  scheduler: schedulerField('simple'),
  seed: seedField,
};
