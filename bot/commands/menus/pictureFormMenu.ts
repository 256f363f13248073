import { createFormRow, openForm } from '../../components/forms/openForm.ts';
import { findPicture, fromMessage } from '../../generate/sourceMessage.ts';
import { deferReply } from '../../interaction/acknowledge.ts';
import { placeOf } from '../../interaction/place.ts';
import { findInTime } from '../../interaction/withTimeout.ts';
import { requireCommand } from '../../policy/policyCheck.ts';
import type { Command } from '../command.ts';
import { requireMessageMenu } from '../options/requireKind.ts';
import { createMenu } from './menu.ts';

/** A form has to be the first answer: the picture may take this long to be copied before it. */
const soonMs = 1_500;

/**
 * An entry of a message's menu whose form asks what to do with the picture. Copies the picture before the form is
 * shown, and the form names the copy: the bot sees other people's pictures only in the interaction and may not read
 * their messages afterwards. If the copy takes longer, a button opens the form.
 * @param like the slash command that does the same.
 */
export const createPictureFormMenu = (
  name: readonly [string, string],
  { like, form }: { like: string; form: 'asset' | 'mask' },
): Command => ({
  data: createMenu(name, 'message'),
  audience: 'private',
  like,
  opensModal: () => true,
  async execute(context, interaction) {
    const { bot, say, knownPolicy } = context;
    const menu = requireMessageMenu(interaction);
    if (knownPolicy) requireCommand(say, knownPolicy, placeOf(menu), like);
    const copying = findPicture(context, fromMessage(menu.targetMessage));
    const picture = await findInTime(bot.clock, copying, soonMs);
    if (picture) return openForm(context, menu, { form, ...picture });
    await deferReply(menu, 'private');
    const row = createFormRow(say, { form, ...(await copying) });
    await menu.editReply({
      content: say.pictureTaken,
      components: [row],
      allowedMentions: { parse: [] },
    });
  },
});
