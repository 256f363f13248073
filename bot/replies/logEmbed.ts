import { type APIEmbed, EmbedBuilder } from 'discord.js';
import { presentText } from './taskEmbed.ts';
import type { Messages } from './texts/en.ts';

/** One request, accepted or refused, as moderators see it. */
export interface LogEntry {
  /** Snowflake. */
  person: string;
  channelId: string;
  /** As the person used it: `/imagine`, the name of a menu or of a workflow. */
  command: string;
  prompt: string;
  /** Undefined: only the person sees it, or there is none. */
  messageUrl: string | undefined;
  isPrivate: boolean;
  /** The reason that the person was told; undefined for an accepted request. */
  refusal: string | undefined;
  /** Why a starred result is not in the gallery; absent for other entries. */
  notPosted?: string;
}

const colors = { asked: 0x8a8f98, refused: 0xed4245 };
/** Escapes may double it. Ten of these fit into Discord's 6,000 characters of a message only if prompts are short. */
const promptCharacters = 600;
const refusalCharacters = 300;
const commandCharacters = 64;

/** One entry of the log, in words, without a picture. */
export function presentLogEntry(say: Messages, entry: LogEntry): APIEmbed {
  const { log: words, field } = say;
  const isRefused = entry.refusal !== undefined;
  const embed = new EmbedBuilder()
    .setTitle(entry.notPosted ? say.gallery.notPosted : isRefused ? words.refused : words.asked)
    .setColor(isRefused || entry.notPosted ? colors.refused : colors.asked);
  if (entry.prompt !== '') embed.setDescription(presentText(entry.prompt, promptCharacters));
  const message = entry.isPrivate
    ? words.forOneAlone
    : entry.messageUrl && `[${words.open}](${entry.messageUrl})`;
  const rows: [string, string | undefined][] = [
    [field.by, `<@${entry.person}>`],
    [words.command, presentText(entry.command, commandCharacters)],
    [words.channel, `<#${entry.channelId}>`],
    [words.message, message],
  ];
  for (const [name, value] of rows) if (value !== undefined) embed.addFields({ name, value, inline: true });
  if (entry.refusal !== undefined)
    embed.addFields({ name: words.told, value: presentText(entry.refusal, refusalCharacters) });
  if (entry.notPosted !== undefined) embed.addFields({ name: say.gallery.why, value: entry.notPosted });
  return embed.toJSON();
}
