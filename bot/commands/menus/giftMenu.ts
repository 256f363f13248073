import { openGiftForm } from '../../components/forms/openForm.ts';
import { Refusal } from '../../replies/problems.ts';
import type { Command } from '../command.ts';
import { requireUserMenu } from '../options/requireKind.ts';
import { createMenu } from './menu.ts';

export const command: Command = {
  data: createMenu(['Gift credits', '赠送积分'], 'person'),
  audience: 'private',
  like: 'gift',
  opensModal: () => true,
  async execute(context, interaction) {
    const menu = requireUserMenu(interaction);
    const { say, person } = context;
    if (menu.targetId === person) throw new Refusal(say.giftToSelf);
    if (menu.targetUser.bot) throw new Refusal(say.giftToBot);
    await openGiftForm(context, menu, menu.targetId);
  },
};
