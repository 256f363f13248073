import { findPicture, fromMessage } from '../../generate/sourceMessage.ts';
import { startGeneration } from '../../generate/startGeneration.ts';
import type { Command } from '../command.ts';
import { requireMessageMenu } from '../options/requireKind.ts';
import { createMenu } from './menu.ts';

export const command: Command = {
  data: createMenu(['Upscale', '放大图片'], 'message'),
  audience: 'result',
  like: 'upscale',
  async execute(context, interaction, messageId) {
    const seen = fromMessage(requireMessageMenu(interaction).targetMessage);
    const { assetId, ...parent } = await findPicture(context, seen);
    const request = { workflow: 'upscale', params: { image: assetId, scale: 2 }, ...parent };
    await startGeneration(context, interaction, request, messageId);
  },
};
