import type { GuildBlock, GuildPlaceRules, GuildPolicyView } from './guildPolicy.ts';

/** The channels and roles that a request comes from. */
export interface GuildPlace {
  /** A thread and its parent. */
  channelIds: readonly string[];
  roleIds: readonly string[];
}

/** A narrower place does not allow what any place forbids. */
const denials = ['deniedCommands', 'deniedModels'] as const;

/** The rules at a place: the server's, overridden by the channels', then by the roles'; prohibitions add up. */
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
    exploreName: _explore,
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

/** The server's shared credits that a member with these roles may use a day; 0: none. */
export const sharedCreditsPerDayOf = (
  { enabled, sharedCreditsPerDay = 0, roles = {} }: GuildPolicyView,
  roleIds: readonly string[],
): number =>
  enabled ? Math.max(sharedCreditsPerDay, ...roleIds.map((id) => roles[id]?.sharedCreditsPerDay ?? 0)) : 0;

/** The most generous of these roles, if it allows more than the allowance for everybody. */
export const findSharingRole = (policy: GuildPolicyView, roleIds: readonly string[]): string | undefined => {
  const most = sharedCreditsPerDayOf(policy, roleIds);
  if (most === sharedCreditsPerDayOf(policy, [])) return undefined;
  return roleIds.find((id) => policy.roles?.[id]?.sharedCreditsPerDay === most);
};

const withoutAbsent = (rules: object): object =>
  Object.fromEntries(Object.entries(rules).filter(([, value]) => value !== undefined));

/** The audience of results: the person alone, others too, or as the person wishes. */
export const privacyOf = ({ private: rule = false }: GuildPlaceRules): 'always' | 'never' | 'choice' => {
  if (typeof rule === 'string') return rule;
  return rule ? 'always' : 'choice';
};

/** The number of stars that a result needs to enter the gallery. */
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

/** The header `Star-Graph-Place`: `discord:<server>`, then optionally `;channel=<id>,…` and `;role=<id>,…`. */
export const formatPlace = (guildId: string, { channelIds, roleIds }: GuildPlace): string =>
  [
    `discord:${guildId}`,
    ...(channelIds.length > 0 ? [`channel=${channelIds.join(',')}`] : []),
    ...(roleIds.length > 0 ? [`role=${roleIds.join(',')}`] : []),
  ].join(';');

const ids = '[0-9]{15,20}(?:,[0-9]{15,20}){0,249}';
const placePattern = new RegExp(`^discord:([0-9]{15,20})(?:;channel=(${ids}))?(?:;role=(${ids}))?$`);

/** Undefined for an invalid place. */
export function parsePlace(text: string): { guildId: string; place: GuildPlace } | undefined {
  const [, guildId, channels, roles] = placePattern.exec(text) ?? [];
  if (guildId === undefined) return undefined;
  return {
    guildId,
    place: { channelIds: channels?.split(',') ?? [], roleIds: roles?.split(',') ?? [] },
  };
}
