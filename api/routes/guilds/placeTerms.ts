import type { GuildBlock, GuildPolicyView } from '@star-graph/contract/guilds/guildPolicy';
import {
  findBlock,
  parsePlace,
  resolvePlaceRules,
  sharedCreditsPerDayOf,
} from '@star-graph/contract/guilds/guildRules';
import { Problem } from '@star-graph/core/ground/errors';
import { findGuildPolicy } from '@star-graph/core/people/guilds/guildPolicy';
import type { MemberQuota } from '@star-graph/core/people/guilds/memberDay';
import type { SharedAllowance } from '@star-graph/core/people/guilds/sharedAllowance';
import type { PersonCaller } from '@star-graph/core/people/identity/caller';
import type { ApiContext } from '../../apiContext.ts';
import type { ApiDeps } from '../../apiDeps.ts';
import { readStored } from './readStored.ts';

/** The terms of generating at a place. */
interface PlaceTerms {
  /** What the place asks, in percent of the usual price. */
  pricePercent: number;
  /** Where the server limits its members. */
  memberQuota?: MemberQuota;
  /** Where the member may use the server's shared credits. */
  sharedAllowance?: SharedAllowance;
}

type Deps = Pick<ApiDeps, 'database' | 'clock'>;
type Headers = Pick<ApiContext, 'get'>;

/**
 * The terms at the place in a Discord server that a request names.
 * @throws Problem `forbidden` for a place without a service key and for a blocked member, `invalid-params` for an
 * invalid place.
 */
export async function requirePlaceTerms(deps: Deps, caller: PersonCaller, ctx: Headers): Promise<PlaceTerms> {
  const named = parseNamedPlace(caller, ctx);
  if (!named) return { pricePercent: 100 };
  const policy = readStored(await findGuildPolicy(deps.database, named.guildId));
  requireUnblocked(policy, ctx.get('star-graph-act-for'), deps.clock.now());
  const { guildId, place } = named;
  const { dailyTasksPerMember: tasksPerDay } = policy;
  return {
    pricePercent: resolvePlaceRules(policy, place).pricePercent ?? 100,
    ...(tasksPerDay === undefined ? {} : { memberQuota: { guildId, tasksPerDay } }),
    ...allowanceOf(policy, named),
  };
}

/**
 * The person's allowance of shared credits at the place that a request names; undefined without one.
 * @throws Problem `forbidden` for a place without a service key, `invalid-params` for an invalid place.
 */
export async function findAllowanceAt(
  deps: Deps,
  caller: PersonCaller,
  ctx: Headers,
): Promise<SharedAllowance | undefined> {
  const named = parseNamedPlace(caller, ctx);
  if (!named) return undefined;
  const policy = readStored(await findGuildPolicy(deps.database, named.guildId));
  return blockOf(policy, ctx.get('star-graph-act-for'), deps.clock.now())
    ? undefined
    : allowanceOf(policy, named).sharedAllowance;
}

type NamedPlace = NonNullable<ReturnType<typeof parsePlace>>;

const allowanceOf = (
  policy: GuildPolicyView,
  { guildId, place }: NamedPlace,
): Pick<PlaceTerms, 'sharedAllowance'> => {
  const creditsPerDay = sharedCreditsPerDayOf(policy, place.roleIds);
  return creditsPerDay === 0 ? {} : { sharedAllowance: { guildId, creditsPerDay } };
};

/** @throws Problem `forbidden`, `invalid-params`. */
function parseNamedPlace(caller: PersonCaller, ctx: Headers): NamedPlace | undefined {
  const header = ctx.get('star-graph-place');
  if (header === '') return undefined;
  if (caller.kind !== 'delegate')
    throw new Problem('forbidden', 'Only a service key may name a place. Leave Star-Graph-Place out.');
  const named = parsePlace(header);
  if (!named)
    throw new Problem(
      'invalid-params',
      'Star-Graph-Place has to be discord:<server id>;channel=<ids>;role=<ids>.',
    );
  return named;
}

/** The present block of a person. @param actFor `discord:<id>`, as it was authenticated. */
const blockOf = (policy: GuildPolicyView, actFor: string, now: Date): GuildBlock | undefined =>
  findBlock(policy, actFor.replace(/^discord:/, ''), now.getTime());

/** @throws Problem `forbidden`. @param actFor `discord:<id>`, as it was authenticated. */
export function requireUnblocked(policy: GuildPolicyView, actFor: string, now: Date): void {
  const block = blockOf(policy, actFor, now);
  if (!block) return;
  const end = block.until === undefined ? 'until they lift it' : `until ${block.until}`;
  throw new Problem('forbidden', `The moderators of this server have blocked you from using this, ${end}.`);
}
