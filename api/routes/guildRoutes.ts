import { Problem } from '@star-graph/core/errors';
import { changeGuildPolicy, findGuildPolicy } from '@star-graph/core/guilds/guildPolicy';
import type { Caller } from '@star-graph/core/identity/caller';
import { toPointedErrors } from '@star-graph/core/tasks/parseParams';
import type { ApiDeps } from '../apiDeps.ts';
import { type GuildPolicyView, guildPolicySchema } from '../contract/guilds.ts';
import { applyPolicyChange, hasNewDiscount } from './guildPolicyChange.ts';
import type { Handlers } from './handler.ts';

type GuildOperation = 'getGuildPolicy' | 'putGuildPolicy' | 'patchGuildPolicy';
type ServiceCaller = Extract<Caller, { apiKeyId: string }>;

export const createGuildHandlers = (deps: Pick<ApiDeps, 'database' | 'clock'>): Handlers<GuildOperation> => ({
  async getGuildPolicy({ params }) {
    return parsePolicy((await findGuildPolicy(deps.database, params.discordGuildId)) ?? {});
  },
  putGuildPolicy({ params, body, caller }) {
    return change(deps, caller, params.discordGuildId, () => body, body);
  },
  patchGuildPolicy({ params, body, caller }) {
    const apply = (policy: GuildPolicyView) => parsePolicy(applyPolicyChange(policy, body));
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
      const before = parsePolicy(stored);
      const after = toNew(before);
      if (isPerson && caller.account.role !== 'admin' && hasNewDiscount(before, after))
        throw new Problem(
          'forbidden',
          'Only administrators of the platform may go below the usual price. Use 100 percent or more.',
        );
      return after;
    },
    act,
  );
  return parsePolicy(saved);
}

/** @throws Problem `invalid-params` where a change makes a policy that is none, by a list that is too long. */
function parsePolicy(policy: object): GuildPolicyView {
  const parsed = guildPolicySchema.safeParse(policy);
  if (parsed.success) return parsed.data;
  throw new Problem('invalid-params', 'The policy would not be valid. See the errors.', {
    errors: toPointedErrors(parsed.error),
  });
}
