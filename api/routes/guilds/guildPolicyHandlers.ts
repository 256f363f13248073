import {
  type GuildPolicyChange,
  type GuildPolicyView,
  guildPolicySchema,
  patternsAtMost,
} from '@star-graph/contract/guilds/guildPolicy';
import { isBlockInForce } from '@star-graph/contract/guilds/guildRules';
import { Problem } from '@star-graph/core/ground/errors';
import { changeGuildPolicy, findGuildPolicy } from '@star-graph/core/people/guilds/guildPolicy';
import type { Caller } from '@star-graph/core/people/identity/caller';
import { toPointedFaults, unknownKeys } from '@star-graph/workflows/shared/pointer';
import type { ApiDeps } from '../../apiDeps.ts';
import { defineHandlers } from '../handler.ts';
import { applyPolicyChange, hasNewDiscount, hasNewPrice } from './applyPolicyChange.ts';
import { readStored } from './readStored.ts';

type ServiceCaller = Extract<Caller, { apiKeyId: string }>;

export const createGuildPolicyHandlers = (deps: Pick<ApiDeps, 'database' | 'clock'>) =>
  defineHandlers({
    async getGuildPolicy({ params }) {
      return readStored(await findGuildPolicy(deps.database, params.discordGuildId));
    },
    putGuildPolicy({ params, body, caller }) {
      return change(deps, caller, params.discordGuildId, () => parsePolicy(body), body);
    },
    patchGuildPolicy({ params, body, caller }) {
      const nowMs = deps.clock.now().getTime();
      requireLastingBlocks(body, nowMs);
      const apply = (policy: GuildPolicyView) => parsePolicy(applyPolicyChange(policy, body, nowMs));
      return change(deps, caller, params.discordGuildId, apply, body);
    },
  });

async function change(
  deps: Pick<ApiDeps, 'database' | 'clock'>,
  caller: ServiceCaller,
  guildId: string,
  toNew: (policy: GuildPolicyView) => GuildPolicyView,
  asked: object,
): Promise<GuildPolicyView> {
  const isPerson = caller.kind !== 'service';
  const act = {
    actorId: isPerson ? caller.account.id : null,
    data: { ...asked, serviceKey: caller.apiKeyId },
  };
  const saved = await changeGuildPolicy(
    deps,
    guildId,
    (stored) => {
      const before = readStored(stored);
      const after = toNew(before);
      if (!isPerson && hasNewPrice(before, after))
        throw new Problem(
          'forbidden',
          'A service key sets no price. A manager of the server does, through it or with their own account.',
        );
      if (isPerson && caller.account.role !== 'admin' && hasNewDiscount(before, after))
        throw new Problem(
          'forbidden',
          'Only administrators of the platform may go below the usual price. Use 100 percent or more.',
        );
      return after;
    },
    act,
  );
  return readStored(saved);
}

/** @throws Problem `invalid-params` for a block that ends in the past. */
function requireLastingBlocks({ block = {} }: GuildPolicyChange, nowMs: number): void {
  const ended = Object.entries(block).filter(([, one]) => !isBlockInForce(one, nowMs));
  if (ended.length === 0) return;
  throw new Problem('invalid-params', 'A block must end in the future. Choose a later time.', {
    errors: ended.map(([id]) => ({ pointer: `/block/${id}/until`, message: 'Give a time in the future.' })),
  });
}

const countPatterns = ({ channels = {}, roles = {}, ...server }: GuildPolicyView): number =>
  [server, ...Object.values(channels), ...Object.values(roles)].reduce(
    (count, { blockedPatterns = [] }) => count + blockedPatterns.length,
    0,
  );

/** @throws Problem `invalid-params` for a change that makes a list too long. */
function parsePolicy(policy: object): GuildPolicyView {
  const parsed = guildPolicySchema.safeParse(policy, unknownKeys);
  if (parsed.success && countPatterns(parsed.data) > patternsAtMost)
    throw new Problem('invalid-params', `A server may have ${patternsAtMost} patterns in all.`);
  if (parsed.success) return parsed.data;
  throw new Problem('invalid-params', 'The policy would not be valid. See the errors.', {
    errors: toPointedFaults(parsed.error),
  });
}
