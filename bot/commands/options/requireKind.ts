import type {
  ChatInputCommandInteraction,
  MessageContextMenuCommandInteraction,
  UserContextMenuCommandInteraction,
} from 'discord.js';
import type { Answerable } from '../../interaction/acknowledge.ts';

const wrongKind = () => new Error('the command was registered as another kind');

/** The interaction of a slash command. */
export function requireSlash(interaction: Answerable): ChatInputCommandInteraction {
  if (!interaction.isChatInputCommand()) throw wrongKind();
  return interaction;
}

export function requireMessageMenu(interaction: Answerable): MessageContextMenuCommandInteraction {
  if (!interaction.isMessageContextMenuCommand()) throw wrongKind();
  return interaction;
}

export function requireUserMenu(interaction: Answerable): UserContextMenuCommandInteraction {
  if (!interaction.isUserContextMenuCommand()) throw wrongKind();
  return interaction;
}
