import type { ApiClient } from '@star-graph/client/client';
import type { GuildPolicyView } from '@star-graph/contract/guilds/guildPolicy';
import { formatPlace, privacyOf, resolvePlaceRules } from '@star-graph/contract/guilds/guildRules';
import type { Place } from '@star-graph/contract/guilds/placeFaults';
import {
  type AutocompleteInteraction,
  MessageFlags,
  type ModalSubmitInteraction,
  type PrimaryEntryPointCommandInteraction,
} from 'discord.js';
import type { Answerable } from './acknowledge.ts';
import type { Context } from './context.ts';

/** Where an interaction happens. A thread has its own id and its parent's. */
export function placeOf(
  interaction: Answerable | AutocompleteInteraction | PrimaryEntryPointCommandInteraction,
): Place {
  const { channel, member } = interaction;
  // A thread is as restricted as the channel it belongs to.
  const room = channel?.isThread() ? channel.parent : channel;
  const parentId = channel && 'parentId' in channel ? channel.parentId : null;
  const roles =
    member === null ? [] : Array.isArray(member.roles) ? member.roles : [...member.roles.cache.keys()];
  return {
    guildId: interaction.guildId,
    channelIds: [interaction.channelId, parentId].filter((id) => typeof id === 'string'),
    roleIds: roles,
    isAgeRestricted: room !== null && 'nsfw' in room && room.nsfw === true,
  };
}

/** What multiplies prices here; undefined: it is not known in time. */
export async function findPricePercent(
  { bot }: Pick<Context, 'bot'>,
  interaction: Parameters<typeof placeOf>[0],
): Promise<number | undefined> {
  const policy = await bot.policies.findSoon(interaction.guildId);
  return policy && (resolvePlaceRules(policy, placeOf(interaction)).pricePercent ?? 100);
}

export const wishesPrivacy = (interaction: Answerable): boolean =>
  interaction.isChatInputCommand() && interaction.options.getBoolean('private') === true;

/** If the policy is not known in time, the result is private: it can be published later. */
export function audienceOfResult({ knownPolicy }: Context, interaction: Answerable): 'public' | 'private' {
  if (wishesPrivacy(interaction)) return 'private';
  if (interaction.guildId === null) return 'public';
  if (!knownPolicy) return 'private';
  return privacyOf(resolvePlaceRules(knownPolicy, placeOf(interaction))) === 'always' ? 'private' : 'public';
}

/** A form on a private result makes a private one. */
export const audienceOfRemade = (context: Context, interaction: ModalSubmitInteraction) =>
  interaction.message?.flags.has(MessageFlags.Ephemeral) ? 'private' : audienceOfResult(context, interaction);

/** The place for the API; undefined in direct messages. */
export function describePlace(policy: GuildPolicyView, { guildId, channelIds, roleIds }: Place) {
  if (guildId === null) return undefined;
  const known = roleIds.filter((id) => policy.roles?.[id] !== undefined);
  return formatPlace(guildId, { channelIds, roleIds: known });
}

/** Speaks for the person at this place, which may have another price. */
export function clientAt({ bot, client, person }: Context, policy: GuildPolicyView, place: Place): ApiClient {
  const named = describePlace(policy, place);
  return named === undefined ? client : bot.clientFor(person, named);
}
