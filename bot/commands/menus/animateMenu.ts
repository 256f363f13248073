import { animatePicture } from '../../components/buttons/remake.ts';
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
    const { assetId, parentId } = await findPicture(context, seen);
    const request = animatePicture(assetId, interaction.ephemeral === true, parentId);
    await startGeneration(context, interaction, request, messageId);
  },
};
