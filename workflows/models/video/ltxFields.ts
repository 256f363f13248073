import { field, integerField, negativePromptField, seedField } from '../../params/fields.ts';
import { framesField } from '../../params/videoFields.ts';
import { ltxFps, ltxFrames } from './ltx.ts';

/** The parameters that every workflow of LTX-2.3 has. Steps and samplers belong to the distilled model. */
export const ltxFields = {
  negativePrompt: negativePromptField,
  frames: framesField(ltxFrames, ltxFps),
  fps: field(integerField(12, 50).default(ltxFps), {
    title: { en: 'Frames per second', 'zh-CN': '每秒帧数' },
  }),
  seed: seedField,
};
