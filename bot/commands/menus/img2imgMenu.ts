import { deferReply } from '../../acknowledge.ts';
import { createFormRow, openRepaintForm } from '../../components/openForm.ts';
import { placeOf } from '../../generation.ts';
import { requireCommand } from '../../policyCheck.ts';
import { findPicture, fromMessage } from '../../seenMessage.ts';
import { findInTime } from '../../soon.ts';
import type { Command } from '../command.ts';
import { requireMessageMenu } from '../requireKind.ts';
import { createMenu } from './menu.ts';

/** A form has to be the first answer: the picture may take this long to be copied before it. */
const soonMs = 1_500;

/**
 * Copies the picture before the form is shown, and the form names the copy: the interaction alone shows the pictures of
 * others, whose messages the bot may not read afterwards. Where the copy takes longer, a button opens the form.
 */
export const img2imgMenu: Command = {
  data: createMenu(['Img2img…', '图生图…'], 'message'),
  audience: 'private',
  like: 'img2img',
  opensModal: () => true,
  async execute(context, interaction) {
    const { bot, say, knownPolicy } = context;
    const menu = requireMessageMenu(interaction);
    if (knownPolicy) requireCommand(say, knownPolicy, placeOf(menu), 'img2img');
    const copying = findPicture(context, fromMessage(menu.targetMessage));
    const picture = await findInTime(bot.clock, copying, soonMs);
    if (picture) return openRepaintForm(context, menu, { form: 'asset', ...picture });
    await deferReply(menu, 'private');
    const row = createFormRow(say, { form: 'asset', ...(await copying) });
    await menu.editReply({
      content: say.pictureTaken,
      components: [row],
      allowedMentions: { parse: [] },
    });
  },
};
