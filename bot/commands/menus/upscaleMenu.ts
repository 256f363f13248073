import { enlarge } from '../../generate/generationRequest.ts';
import { findFile, fromMessage } from '../../generate/sourceMessage.ts';
import { startGeneration } from '../../generate/startGeneration.ts';
import type { Command } from '../command.ts';
import { requireMessageMenu } from '../options/requireKind.ts';
import { createMenu } from './menu.ts';

export const command: Command = {
  data: createMenu(['Upscale', '放大'], 'message'),
  audience: 'result',
  like: 'upscale',
  async execute(context, interaction, messageId) {
    const seen = fromMessage(requireMessageMenu(interaction).targetMessage);
    const { assetId, kind, ...parent } = await findFile(context, seen);
    await startGeneration(context, interaction, { ...enlarge(kind, assetId, 2), ...parent }, messageId);
  },
};
