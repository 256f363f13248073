import type { GuildBlock, GuildPlaceRules, GuildPolicyView } from './guildPolicy.ts';

/** Where in a Discord server, and as whom, something is done. */
export interface GuildPlace {
  /** A thread and its parent. */
  channelIds: readonly string[];
  roleIds: readonly string[];
}

/** What is forbidden anywhere is not allowed by a narrower place. */
const denials = ['deniedCommands', 'deniedModels'] as const;

/** The rules at a place: the server's, over them the channels', over them the roles'; what is forbidden adds up. */
export function resolvePlaceRules(policy: GuildPolicyView, place: GuildPlace): GuildPlaceRules {
  const {
    channels = {},
    roles = {},
    enabled: _enabled,
    channelIds: _channelIds,
    roleIds: _roleIds,
    deniedChannelIds: _deniedChannelIds,
    dailyTasksPerMember: _daily,
    sharedCreditsPerDay: _shared,
    locale: _locale,
    announcementChannelId: _announcements,
    logChannelId: _log,
    galleryChannelId: _gallery,
    galleryStars: _stars,
    blocks: _blocks,
    ...rules
  } = policy;
  const narrower = [
    ...place.channelIds.map((id) => channels[id]),
    ...place.roleIds.map((id) => roles[id] && withoutShare(roles[id])),
  ].filter((one) => one !== undefined);
  const all = [rules, ...narrower];
  const denied = denials.flatMap((name) => {
    const entries = all.flatMap((one) => one[name] ?? []);
    return entries.length === 0 ? [] : [[name, [...new Set(entries)]] as const];
  });
  return Object.assign({}, ...all.map(withoutAbsent), Object.fromEntries(denied)) as GuildPlaceRules;
}

const withoutShare = ({
  sharedCreditsPerDay: _share,
  ...rules
}: NonNullable<GuildPolicyView['roles']>[string]): GuildPlaceRules => rules;

/** How many of the server's shared credits a member with these roles may use a day; 0: none. */
export const sharedCreditsPerDayOf = (
  { enabled, sharedCreditsPerDay = 0, roles = {} }: GuildPolicyView,
  roleIds: readonly string[],
): number =>
  enabled ? Math.max(sharedCreditsPerDay, ...roleIds.map((id) => roles[id]?.sharedCreditsPerDay ?? 0)) : 0;

/** Of these roles the one that allows the most, where one allows more than everybody may use. */
export const findSharingRole = (policy: GuildPolicyView, roleIds: readonly string[]): string | undefined => {
  const most = sharedCreditsPerDayOf(policy, roleIds);
  if (most === sharedCreditsPerDayOf(policy, [])) return undefined;
  return roleIds.find((id) => policy.roles?.[id]?.sharedCreditsPerDay === most);
};

const withoutAbsent = (rules: object): object =>
  Object.fromEntries(Object.entries(rules).filter(([, value]) => value !== undefined));

/** Who sees results: the person alone, others too, or as the person wishes. */
export const privacyOf = ({ private: rule = false }: GuildPlaceRules): 'always' | 'never' | 'choice' => {
  if (typeof rule === 'string') return rule;
  return rule ? 'always' : 'choice';
};

/** How many people have to give a result a star before it goes into the gallery. */
export const galleryStarsOf = ({ galleryStars = 3 }: GuildPolicyView): number => galleryStars;

/** The block of a member that holds at this time, in ms since 1970. */
export function findBlock(
  { blocks }: GuildPolicyView,
  memberId: string,
  nowMs: number,
): GuildBlock | undefined {
  const block = blocks?.[memberId];
  return block && isBlockInForce(block, nowMs) ? block : undefined;
}

export const isBlockInForce = ({ until }: GuildBlock, nowMs: number): boolean =>
  until === undefined || nowMs < Date.parse(until);

/** What `Star-Graph-Place` says: `discord:<server>`, then `;channel=<id>,…` and `;role=<id>,…` where there are any. */
export const formatPlace = (guildId: string, { channelIds, roleIds }: GuildPlace): string =>
  [
    `discord:${guildId}`,
    ...(channelIds.length > 0 ? [`channel=${channelIds.join(',')}`] : []),
    ...(roleIds.length > 0 ? [`role=${roleIds.join(',')}`] : []),
  ].join(';');

const ids = '[0-9]{15,20}(?:,[0-9]{15,20}){0,249}';
const placePattern = new RegExp(`^discord:([0-9]{15,20})(?:;channel=(${ids}))?(?:;role=(${ids}))?$`);

/** Undefined for what is no place. */
export function parsePlace(text: string): { guildId: string; place: GuildPlace } | undefined {
  const [, guildId, channels, roles] = placePattern.exec(text) ?? [];
  if (guildId === undefined) return undefined;
  return {
    guildId,
    place: { channelIds: channels?.split(',') ?? [], roleIds: roles?.split(',') ?? [] },
  };
}
