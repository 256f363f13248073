import { takePicture } from '../../generate/attachments.ts';
import { startGeneration } from '../../generate/startGeneration.ts';
import type { Command } from '../command.ts';
import { addParam } from '../options/addParam.ts';
import { createSlash } from '../options/localise.ts';
import { addDelivery, addPicture } from '../options/options.ts';
import { requireSlash } from '../options/requireKind.ts';

const builder = addPicture(
  createSlash({ name: ['upscale', '放大'], description: ['Enlarge a picture', '放大图片'] }),
);
addParam(builder, 'upscale', 'scale', {
  description: ['How many times wider and taller', '宽和高各放大的倍数'],
  choices: { 2: ['2×', '2 倍'], 4: ['4×', '4 倍'] },
});

export const command: Command = {
  data: addDelivery(builder).toJSON(),
  audience: 'result',
  async execute(context, interaction, messageId) {
    const { options } = requireSlash(interaction);
    const image = await takePicture(context, options.getAttachment('image', true));
    const params = { image: image.id, scale: options.getInteger('scale') ?? 2 };
    await startGeneration(context, interaction, { workflow: 'upscale', params }, messageId);
  },
};
