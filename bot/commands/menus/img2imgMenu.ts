import {
  ApplicationIntegrationType,
  ChannelType,
  type MessageContextMenuCommandInteraction,
  MessageFlags,
  PermissionFlagsBits,
} from 'discord.js';
import { createFormRow, openRepaintForm } from '../../components/openForm.ts';
import { findPicture, fromMessage } from '../../seenMessage.ts';
import type { Command } from '../command.ts';
import { requireMessageMenu } from '../requireKind.ts';
import { createMenu } from './menu.ts';

/**
 * The form is shown at once where the bot can read the message when the form is sent. Elsewhere the picture is copied
 * now, since its address will not work for long, and a button opens the form.
 */
export const img2imgMenu: Command = {
  data: createMenu(['Img2img…', '图生图…'], 'message'),
  audience: 'private',
  like: 'img2img',
  opensModal: (interaction) => isReadableLater(requireMessageMenu(interaction)),
  async execute(context, interaction) {
    const menu = requireMessageMenu(interaction);
    if (isReadableLater(menu)) {
      await openRepaintForm(context, menu, { form: 'message', messageId: menu.targetId });
      return;
    }
    const picture = await findPicture(context, fromMessage(menu.targetMessage));
    const row = createFormRow(context.say, { form: 'asset', ...picture });
    await menu.editReply({
      content: context.say.pictureTaken,
      components: [row],
      allowedMentions: { parse: [] },
    });
  },
};

/** Whether the bot token reaches the message. */
function isReadableLater(menu: MessageContextMenuCommandInteraction): boolean {
  if (menu.targetMessage.flags.has(MessageFlags.Ephemeral)) return false;
  if (menu.guildId === null) return menu.channel?.type === ChannelType.DM;
  const needed = [PermissionFlagsBits.ViewChannel, PermissionFlagsBits.ReadMessageHistory];
  const owners = menu.authorizingIntegrationOwners;
  return owners[ApplicationIntegrationType.GuildInstall] !== undefined && menu.appPermissions.has(needed);
}
