import type { Command } from '../command.ts';
import { createSlash } from '../options/localise.ts';
import { addDelivery, addPrompt } from '../options/options.ts';
import { requireSlash } from '../options/requireKind.ts';
import { answerWords } from './words.ts';

const builder = createSlash({
  name: ['expand', '扩写'],
  description: ['Make a fuller description of a few words', '将几个词扩写为更完整的描述'],
});

export const command: Command = {
  data: addDelivery(addPrompt(builder, 'text2img')).toJSON(),
  audience: 'result',
  async execute(context, interaction, messageId) {
    const prompt = requireSlash(interaction).options.getString('prompt', true).trim();
    await answerWords(context, interaction, messageId, {
      workflow: 'expand-prompt',
      readParams: () => ({ prompt }),
      ask: (_params, options) => context.client.expandPrompt(prompt, options),
    });
  },
};
