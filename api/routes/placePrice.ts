import { Problem } from '@star-graph/core/errors';
import { findGuildPolicy } from '@star-graph/core/guilds/guildPolicy';
import type { PersonCaller } from '@star-graph/core/identity/caller';
import type { ApiContext } from '../apiContext.ts';
import type { ApiDeps } from '../apiDeps.ts';
import { parsePlace, resolvePlaceRules } from '../contract/guildRules.ts';
import { readStored } from './guildRoutes.ts';

/**
 * What is paid, in percent of the usual price, at the place in a Discord server that a request names.
 * @throws Problem `forbidden` for a place that no service key vouches for, `invalid-params` for one that is none.
 */
export async function findPricePercent(
  deps: Pick<ApiDeps, 'database'>,
  caller: PersonCaller,
  ctx: Pick<ApiContext, 'get'>,
): Promise<number> {
  const header = ctx.get('star-graph-place');
  if (header === '') return 100;
  if (caller.kind !== 'delegate')
    throw new Problem('forbidden', 'Only a service key may name a place. Leave Star-Graph-Place out.');
  const named = parsePlace(header);
  if (!named)
    throw new Problem(
      'invalid-params',
      'Star-Graph-Place has to be discord:<server id>;channel=<ids>;role=<ids>.',
    );
  const policy = readStored(await findGuildPolicy(deps.database, named.guildId));
  return resolvePlaceRules(policy, named.place).pricePercent ?? 100;
}
