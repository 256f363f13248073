import { findPicture, fromMessage } from '../../generate/sourceMessage.ts';
import { startGeneration } from '../../generate/startGeneration.ts';
import type { Command } from '../command.ts';
import { requireMessageMenu } from '../options/requireKind.ts';
import { createMenu } from './menu.ts';

export const command: Command = {
  data: createMenu(['Animate', '让图片动起来'], 'message'),
  audience: 'result',
  like: 'video',
  async execute(context, interaction, messageId) {
    const seen = fromMessage(requireMessageMenu(interaction).targetMessage);
    const { assetId, ...parent } = await findPicture(context, seen);
    const request = { workflow: 'img2video', params: { image: assetId }, ...parent };
    await startGeneration(context, interaction, request, messageId);
  },
};
