import { startGeneration } from '../../generate/startGeneration.ts';
import type { Command } from '../command.ts';
import { completeSampling } from '../options/complete.ts';
import { createSlash } from '../options/localise.ts';
import { addDelivery, addPrompt, addSampling, readSampling } from '../options/options.ts';
import { requireSlash } from '../options/requireKind.ts';

export const command: Command = {
  data: addDelivery(
    addSampling(
      addPrompt(
        createSlash({
          name: ['imagine', '绘图'],
          description: ['Make a picture from a description', '用文字描述生成图片'],
        }),
        'text2img',
      ),
      'text2img',
    ),
  ).toJSON(),
  audience: 'result',
  async execute(context, interaction, messageId) {
    const sampling = readSampling(context, requireSlash(interaction));
    await startGeneration(
      context,
      interaction,
      { workflow: 'text2img', ...sampling, takesDefaults: true },
      messageId,
    );
  },
  complete: completeSampling,
};
