import type { GuildPolicyView } from '@star-graph/contract/guilds/guildPolicy';
import { isBlockInForce } from '@star-graph/contract/guilds/guildRules';
import { type APIEmbed, EmbedBuilder } from 'discord.js';
import { presentText } from './taskEmbed.ts';
import type { Messages } from './texts/en.ts';
import { presentTime } from './time.ts';

/** Discord's bound for a description, with room for how many more there are. */
const charactersAtMost = 4_000;
const reasonCharacters = 100;

/** Who is blocked in a server, until when, by whom and why. */
export function presentBlocks(say: Messages, { blocks = {} }: GuildPolicyView, now: Date): APIEmbed {
  const lines = Object.entries(blocks)
    .filter(([, block]) => isBlockInForce(block, now.getTime()))
    .map(([id, { until, by, reason }]) =>
      [
        `<@${id}>`,
        until === undefined ? say.blockUntilLifted : say.blockUntil(presentTime(until)),
        ...(by === undefined ? [] : [say.blockedBy(`<@${by}>`)]),
        presentText(reason.replaceAll('\n', ' '), reasonCharacters),
      ].join(' · '),
    );
  const embed = new EmbedBuilder().setTitle(say.blocksTitle);
  const shown: string[] = [];
  let characters = 0;
  for (const line of lines) {
    characters += line.length + 1;
    if (characters > charactersAtMost) break;
    shown.push(line);
  }
  if (shown.length < lines.length) embed.setFooter({ text: say.moreBlocks(lines.length - shown.length) });
  return embed.setDescription(shown.length === 0 ? say.noBlocks : shown.join('\n')).toJSON();
}
