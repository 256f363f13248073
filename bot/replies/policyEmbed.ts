import type { GuildPlaceRules, GuildPolicyView } from '@star-graph/contract/guilds/guildPolicy';
import { galleryStarsOf, privacyOf } from '@star-graph/contract/guilds/guildRules';
import { type APIEmbed, EmbedBuilder } from 'discord.js';
import { presentText } from './taskEmbed.ts';
import type { Messages } from './texts/en.ts';

const fieldCharacters = 1_024;
/** Discord counts an embed's characters together; of further places only the number is shown. */
const placesShown = 8;
const placeCharacters = 400;
const listCharacters = 300;

/** The shown names of the names in a policy. */
export interface PolicyNames {
  command(name: string): string;
  workflow(name: string): string;
}

/** A policy in words: the server first, then its channels and roles. */
export function presentPolicy(say: Messages, policy: GuildPolicyView, names: PolicyNames): APIEmbed {
  const embed = new EmbedBuilder().setTitle(say.policyTitle);
  const lines = [...listServer(say, policy), ...listRules(say, policy, names)];
  embed.setDescription(lines.length === 0 ? say.policyDefault : cut(lines.join('\n'), 2_000));
  const places = [
    ...Object.entries(policy.channels ?? {}).map(([id, rules]) => [`<#${id}>`, rules, []] as const),
    ...Object.entries(policy.roles ?? {}).map(
      ([id, rules]) => [`<@&${id}>`, rules, listShare(say, rules)] as const,
    ),
  ];
  for (const [mention, rules, share] of places.slice(0, placesShown)) {
    const value = cut([mention, ...share, ...listRules(say, rules, names)].join('\n'), placeCharacters);
    embed.addFields({ name: '\u200b', value: value.slice(0, fieldCharacters) });
  }
  if (places.length > placesShown)
    embed.setFooter({ text: say.policyMorePlaces(places.length - placesShown) });
  return embed.toJSON();
}

const cut = (text: string, characters: number): string =>
  text.length > characters ? `${text.slice(0, characters - 1)}…` : text;

type Row = [string, string | undefined];

const toLines = (say: Messages, rows: Row[]): string[] =>
  rows.flatMap(([name, value]) => (value === undefined ? [] : [say.labelled(name, value)]));

const listShare = (say: Messages, { sharedCreditsPerDay }: { sharedCreditsPerDay?: number | undefined }) =>
  toLines(say, [[say.policy.shared, sharedCreditsPerDay?.toString()]]);

function listServer(say: Messages, policy: GuildPolicyView): string[] {
  const { policy: words, no } = say;
  const channels = (ids: readonly string[] | undefined) =>
    ids &&
    listOf(
      ids.map((id) => `<#${id}>`),
      say,
    );
  const {
    channelIds,
    deniedChannelIds,
    roleIds,
    announcementChannelId,
    logChannelId,
    locale,
    dailyTasksPerMember,
    sharedCreditsPerDay,
    exploreName,
    blocks,
  } = policy;
  return toLines(say, [
    [words.enabled, policy.enabled ? undefined : no],
    [words.channels, channels(channelIds)],
    [words.deniedChannels, channels(deniedChannelIds)],
    [
      words.roles,
      roleIds &&
        listOf(
          roleIds.map((id) => `<@&${id}>`),
          say,
        ),
    ],
    [words.daily, dailyTasksPerMember?.toString()],
    [words.shared, sharedCreditsPerDay?.toString()],
    [words.language, locale && { en: 'English', 'zh-CN': '简体中文' }[locale]],
    [words.announcements, announcementChannelId && `<#${announcementChannelId}>`],
    [
      words.gallery,
      policy.galleryChannelId && words.galleryStars(`<#${policy.galleryChannelId}>`, galleryStarsOf(policy)),
    ],
    [words.explore, exploreName && presentText(exploreName, 100)],
    [words.log, logChannelId && `<#${logChannelId}>`],
    [words.blocks, blocks && String(Object.keys(blocks).length)],
  ]);
}

function listRules(say: Messages, rules: GuildPlaceRules, called: PolicyNames): string[] {
  const { policy: words, privacy, yes, no } = say;
  const yesOrNo = (value: boolean | undefined) => (value === undefined ? undefined : value ? yes : no);
  const names = (list: readonly string[] | undefined) =>
    list &&
    listOf(
      list.map((one) => presentText(one, 80)),
      say,
    );
  // A spoiler: readers of the settings need not see these words.
  const veiled = (list: readonly string[] | undefined) =>
    list &&
    (list.length === 0
      ? '–'
      : `||${listOf(
          list.map((one) => presentText(one, 120)),
          say,
        )}||`);
  return toLines(say, [
    [words.commands, names(rules.commands?.map(called.command))],
    [words.deniedCommands, names(rules.deniedCommands?.map(called.command))],
    [words.workflows, names(rules.workflows?.map(called.workflow))],
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
    [words.maxFrames, rules.maxFrames?.toString()],
    [words.maxSeconds, rules.maxSeconds?.toString()],
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
function listOf(entries: readonly string[], say: Messages): string {
  if (entries.length === 0) return '–';
  const shown: string[] = [];
  let characters = 0;
  for (const entry of entries) {
    characters += entry.length + 2;
    if (characters > listCharacters) break;
    shown.push(entry);
  }
  const more = entries.length - shown.length;
  return more === 0 ? say.list(shown) : `${say.list(shown)} +${more}`;
}
