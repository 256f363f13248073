import { ComponentType, type Message } from 'discord.js';
import type { Bot } from '../../interaction/context.ts';
import { parseButtonId } from './customId.ts';

/**
 * Whether a message is the bot's and belongs to the pressed button: a custom_id comes from a client, which can forge
 * it, but the message comes from Discord. Another message of the same task is fine, since a slow client shows earlier
 * buttons.
 * @param customId of a button, or of a choice from a list.
 */
export function isOffered(bot: Pick<Bot, 'applicationId'>, message: Message, customId: string): boolean {
  if (message.author.id !== bot.applicationId()) return false;
  const offered = listOffered(message);
  if (offered.includes(customId)) return true;
  const taskId = parseButtonId(customId)?.taskId;
  return taskId !== undefined && offered.some((id) => parseButtonId(id)?.taskId === taskId);
}

const listOffered = ({ components }: Message): string[] =>
  components
    .flatMap((row) => (row.type === ComponentType.ActionRow ? row.components : []))
    .flatMap((part) => {
      if (part.type === ComponentType.StringSelect) return part.options.map(({ value }) => value);
      return part.customId === null ? [] : [part.customId];
    });
