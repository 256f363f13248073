import { z } from 'zod';
import {
  field,
  integerField,
  promptMaxCharacters,
  seedField,
  stepsField,
  textSchema,
} from '../../params/fields.ts';

export const aceStepParams = z.strictObject({
  prompt: field(
    textSchema(1),
    {
      title: { en: 'Style', 'zh-CN': '风格' },
      description: {
        en: 'Kind of music, mood, instruments and tempo, separated by commas.',
        'zh-CN': '音乐类型、情绪、乐器和速度，用逗号分隔。',
      },
    },
    { 'x-multiline': true, minLength: 1, maxLength: promptMaxCharacters },
  ),
  lyrics: field(
    textSchema(0).default('[instrumental]'),
    {
      title: { en: 'Lyrics', 'zh-CN': '歌词' },
      description: {
        en: 'Parts begin with [verse] or [chorus]; [instrumental] alone: nobody sings.',
        'zh-CN': '段落以 [verse] 或 [chorus] 开头；仅写 [instrumental] 则无人声。',
      },
    },
    { 'x-multiline': true, maxLength: promptMaxCharacters },
  ),
  seconds: field(integerField(5, 240).default(30), {
    title: { en: 'Length (seconds)', 'zh-CN': '时长（秒）' },
  }),
  steps: stepsField(50),
  seed: seedField,
});

/** What a client sends. */
export type AceStepParams = z.input<typeof aceStepParams>;
