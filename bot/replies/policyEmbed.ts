import { privacyOf } from '@star-graph/api/contract/guildRules';
import type { GuildPlaceRules, GuildPolicyView } from '@star-graph/api/contract/guilds';
import { type APIEmbed, EmbedBuilder } from 'discord.js';
import type { Messages } from './en.ts';
import { presentText } from './taskEmbed.ts';

const fieldCharacters = 1_024;
/** Discord counts an embed's characters together; places beyond these are named by how many they are. */
const placesShown = 8;
const placeCharacters = 400;
const listCharacters = 300;

/** A policy in words: the server first, then its channels and roles. */
export function presentPolicy(say: Messages, policy: GuildPolicyView): APIEmbed {
  const embed = new EmbedBuilder().setTitle(say.policyTitle);
  const lines = [...listServer(say, policy), ...listRules(say, policy)];
  embed.setDescription(lines.length === 0 ? say.policyDefault : cut(lines.join('\n'), 2_000));
  const places = [
    ...Object.entries(policy.channels ?? {}).map(([id, rules]) => [`<#${id}>`, rules] as const),
    ...Object.entries(policy.roles ?? {}).map(([id, rules]) => [`<@&${id}>`, rules] as const),
  ];
  for (const [mention, rules] of places.slice(0, placesShown)) {
    const value = cut([mention, ...listRules(say, rules)].join('\n'), placeCharacters);
    embed.addFields({ name: '\u200b', value: value.slice(0, fieldCharacters) });
  }
  if (places.length > placesShown)
    embed.setFooter({ text: say.policyMorePlaces(places.length - placesShown) });
  return embed.toJSON();
}

const cut = (text: string, characters: number): string =>
  text.length > characters ? `${text.slice(0, characters - 1)}…` : text;

type Row = [string, string | undefined];

const toLines = (rows: Row[]): string[] =>
  rows.flatMap(([name, value]) => (value === undefined ? [] : [`**${name}:** ${value}`]));

function listServer({ policy: words, no }: Messages, policy: GuildPolicyView): string[] {
  const {
    channelIds,
    deniedChannelIds,
    roleIds,
    announcementChannelId,
    logChannelId,
    locale,
    dailyTasksPerMember,
    blocks,
  } = policy;
  return toLines([
    [words.enabled, policy.enabled ? undefined : no],
    [words.channels, channelIds && listOf(channelIds.map((id) => `<#${id}>`))],
    [words.deniedChannels, deniedChannelIds && listOf(deniedChannelIds.map((id) => `<#${id}>`))],
    [words.roles, roleIds && listOf(roleIds.map((id) => `<@&${id}>`))],
    [words.daily, dailyTasksPerMember?.toString()],
    [words.language, locale && { en: 'English', 'zh-CN': '简体中文' }[locale]],
    [words.announcements, announcementChannelId && `<#${announcementChannelId}>`],
    [words.log, logChannelId && `<#${logChannelId}>`],
    [words.blocks, blocks && String(Object.keys(blocks).length)],
  ]);
}

function listRules({ policy: words, privacy, yes, no }: Messages, rules: GuildPlaceRules): string[] {
  const yesOrNo = (value: boolean | undefined) => (value === undefined ? undefined : value ? yes : no);
  const names = (list: readonly string[] | undefined) =>
    list && listOf(list.map((one) => presentText(one, 80)));
  // Whoever reads the settings need not read these.
  const veiled = (list: readonly string[] | undefined) =>
    list && (list.length === 0 ? '–' : `||${listOf(list.map((one) => presentText(one, 120)))}||`);
  return toLines([
    [words.commands, names(rules.commands)],
    [words.deniedCommands, names(rules.deniedCommands)],
    [words.workflows, names(rules.workflows)],
    [words.models, names(rules.models)],
    [words.deniedModels, names(rules.deniedModels)],
    [words.nsfwModels, names(rules.nsfwModels)],
    [words.blockedWords, veiled(rules.blockedWords)],
    [words.nsfwWords, veiled(rules.nsfwWords)],
    [words.blockedPatterns, veiled(rules.blockedPatterns)],
    [words.private, rules.private === undefined ? undefined : privacy[privacyOf(rules)]],
    [words.spoiler, yesOrNo(rules.spoiler)],
    [words.maxSteps, rules.maxSteps?.toString()],
    [words.maxCount, rules.maxCount?.toString()],
    [words.maxMegapixels, rules.maxMegapixels?.toString()],
    [words.defaultModel, rules.defaultModel && presentText(rules.defaultModel, 80)],
    [words.defaultSize, rules.defaultSize && `${rules.defaultSize.width} × ${rules.defaultSize.height}`],
    [
      words.defaultNegativePrompt,
      rules.defaultNegativePrompt && presentText(rules.defaultNegativePrompt, 120),
    ],
    [words.price, rules.pricePercent === undefined ? undefined : `${rules.pricePercent} %`],
  ]);
}

/** As many as fit, and how many more there are. An empty list allows nothing. */
function listOf(entries: readonly string[]): string {
  if (entries.length === 0) return '–';
  const shown: string[] = [];
  let characters = 0;
  for (const entry of entries) {
    characters += entry.length + 2;
    if (characters > listCharacters) break;
    shown.push(entry);
  }
  const more = entries.length - shown.length;
  return more === 0 ? shown.join(', ') : `${shown.join(', ')} +${more}`;
}
