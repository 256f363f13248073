import { takePicture } from '../../generate/attachments.ts';
import type { Command } from '../command.ts';
import { createSlash } from '../options/localise.ts';
import { addDelivery, addPicture } from '../options/options.ts';
import { requireSlash } from '../options/requireKind.ts';
import { answerWords } from './words.ts';

const builder = createSlash({
  name: ['describe', '描述'],
  description: ['Put a picture into words that you can draw from', '将图片转换为可用于绘图的文字'],
});

export const command: Command = {
  data: addDelivery(addPicture(builder)).toJSON(),
  audience: 'result',
  async execute(context, interaction, messageId) {
    const picture = requireSlash(interaction).options.getAttachment('image', true);
    await answerWords(context, interaction, messageId, {
      workflow: 'describe',
      readParams: async () => ({ image: (await takePicture(context, picture)).id }),
      ask: ({ image = '' }, options) => context.client.describeAsset(image, options),
    });
  },
};
