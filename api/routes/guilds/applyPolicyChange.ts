import type {
  GuildPlaceRules,
  GuildPolicyChange,
  GuildPolicyView,
} from '@star-graph/contract/guilds/guildPolicy';
import { isBlockInForce } from '@star-graph/contract/guilds/guildRules';

type Rules = Record<string, unknown>;

/**
 * The policy after a change; the given policy is not modified. A place without rules is removed. An emptied list
 * stays: an empty list allows nothing, while an absent list allows everything. Ended blocks are removed.
 * @param nowMs ms since 1970.
 */
export function applyPolicyChange(policy: GuildPolicyView, change: GuildPolicyChange, nowMs: number): object {
  const { channelId, roleId } = change;
  if (channelId !== undefined)
    return { ...policy, ...withPlace('channels', policy.channels, channelId, change) };
  if (roleId !== undefined) return { ...policy, ...withPlace('roles', policy.roles, roleId, change) };
  const { blocks: _before, ...rules } = changeRules(policy, change);
  const inForce = changeBlocks(policy.blocks, change, nowMs);
  return Object.keys(inForce).length === 0 ? rules : { ...rules, blocks: inForce };
}

function changeBlocks(
  before: GuildPolicyView['blocks'],
  { block = {}, unblock = [] }: GuildPolicyChange,
  nowMs: number,
): NonNullable<GuildPolicyView['blocks']> {
  const after = Object.entries({ ...before, ...block });
  return Object.fromEntries(
    after.filter(([memberId, one]) => isBlockInForce(one, nowMs) && !unblock.includes(memberId)),
  );
}

function withPlace(
  name: 'channels' | 'roles',
  places: Record<string, GuildPlaceRules> = {},
  id: string,
  change: GuildPolicyChange,
): Rules {
  const { [id]: before = {}, ...others } = places;
  const rules = changeRules(before, change);
  return { [name]: Object.keys(rules).length === 0 ? others : { ...others, [id]: rules } };
}

function changeRules(
  rules: Rules,
  { set = {}, unset = [], add = {}, remove = {} }: GuildPolicyChange,
): Rules {
  const changed: Rules = { ...rules, ...set };
  for (const [name, entries] of Object.entries(add))
    changed[name] = [...new Set([...listOf(changed[name]), ...entries])];
  for (const [name, entries] of Object.entries(remove)) {
    if (changed[name] !== undefined)
      changed[name] = listOf(changed[name]).filter((entry) => !entries.includes(entry));
  }
  const dropped: readonly string[] = unset;
  return Object.fromEntries(Object.entries(changed).filter(([name]) => !dropped.includes(name)));
}

const listOf = (value: unknown): string[] => (Array.isArray(value) ? value : []);

/** Whether some price becomes lower than both the usual and the former one. */
export function hasNewDiscount(before: GuildPolicyView, after: GuildPolicyView): boolean {
  const known = new Map(listPercents(before));
  return listPercents(after).some(([place, percent]) => percent < 100 && percent < (known.get(place) ?? 100));
}

export function hasNewPrice(before: GuildPolicyView, after: GuildPolicyView): boolean {
  const [was, is] = [before, after].map((policy) => JSON.stringify(listPercents(policy).toSorted()));
  return was !== is;
}

const listPercents = ({ pricePercent, channels = {}, roles = {} }: GuildPolicyView): [string, number][] =>
  [
    ['guild', { pricePercent }] as const,
    ...Object.entries(channels).map(([id, rules]) => [`channel:${id}`, rules] as const),
    ...Object.entries(roles).map(([id, rules]) => [`role:${id}`, rules] as const),
  ].flatMap(([place, rules]): [string, number][] =>
    rules.pricePercent === undefined ? [] : [[place, rules.pricePercent]],
  );
