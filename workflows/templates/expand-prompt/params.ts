import { z } from 'zod';
import { field, promptMaxCharacters, seedField, textSchema } from '../../params/fields.ts';

export const expandPromptParams = z.strictObject({
  prompt: field(
    textSchema(1),
    {
      title: { en: 'Prompt', 'zh-CN': '提示词' },
      description: { en: 'The words to write out.', 'zh-CN': '需要扩写的文字。' },
    },
    { 'x-multiline': true, minLength: 1, maxLength: promptMaxCharacters },
  ),
  seed: seedField,
});

/** What a client sends. */
export type ExpandPromptParams = z.input<typeof expandPromptParams>;
