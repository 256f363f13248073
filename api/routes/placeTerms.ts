import { Problem } from '@star-graph/core/errors';
import { findGuildPolicy } from '@star-graph/core/guilds/guildPolicy';
import type { MemberQuota } from '@star-graph/core/guilds/memberDay';
import type { PersonCaller } from '@star-graph/core/identity/caller';
import type { ApiContext } from '../apiContext.ts';
import type { ApiDeps } from '../apiDeps.ts';
import { findBlock, parsePlace, resolvePlaceRules } from '../contract/guildRules.ts';
import type { GuildPolicyView } from '../contract/guilds.ts';
import { readStored } from './guildRoutes.ts';

/** On what terms somebody has something made at a place. */
export interface PlaceTerms {
  /** Of the usual price. */
  pricePercent: number;
  /** Where the server limits its members. */
  memberQuota?: MemberQuota;
}

/**
 * The terms at the place in a Discord server that a request names.
 * @throws Problem `forbidden` for a place that no service key vouches for and for a member who is blocked there,
 * `invalid-params` for one that is none.
 */
export async function requirePlaceTerms(
  deps: Pick<ApiDeps, 'database' | 'clock'>,
  caller: PersonCaller,
  ctx: Pick<ApiContext, 'get'>,
): Promise<PlaceTerms> {
  const header = ctx.get('star-graph-place');
  if (header === '') return { pricePercent: 100 };
  if (caller.kind !== 'delegate')
    throw new Problem('forbidden', 'Only a service key may name a place. Leave Star-Graph-Place out.');
  const named = parsePlace(header);
  if (!named)
    throw new Problem(
      'invalid-params',
      'Star-Graph-Place has to be discord:<server id>;channel=<ids>;role=<ids>.',
    );
  const policy = readStored(await findGuildPolicy(deps.database, named.guildId));
  requireUnblocked(policy, ctx.get('star-graph-act-for'), deps.clock.now());
  const { guildId, place } = named;
  const { dailyTasksPerMember: tasksPerDay } = policy;
  return {
    pricePercent: resolvePlaceRules(policy, place).pricePercent ?? 100,
    ...(tasksPerDay === undefined ? {} : { memberQuota: { guildId, tasksPerDay } }),
  };
}

/** @throws Problem `forbidden`. @param actFor `discord:<id>`, as it was authenticated. */
export function requireUnblocked(policy: GuildPolicyView, actFor: string, now: Date): void {
  const block = findBlock(policy, actFor.replace(/^discord:/, ''), now.getTime());
  if (!block) return;
  const end = block.until === undefined ? 'until they lift it' : `until ${block.until}`;
  throw new Problem('forbidden', `The moderators of this server have blocked you from using this, ${end}.`);
}
