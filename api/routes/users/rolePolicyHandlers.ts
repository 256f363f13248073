import type { PersonPolicyView } from '@star-graph/contract/users/personPolicies';
import type { RolePolicyView } from '@star-graph/contract/users/rolePolicies';
import {
  changePersonPolicy,
  readPersonPolicy,
  type StoredPersonPolicy,
} from '@star-graph/core/money/quotas/personPolicies';
import type { Quotas } from '@star-graph/core/money/quotas/quotas';
import {
  changeRolePolicy,
  listRolePolicies,
  type StoredRolePolicy,
} from '@star-graph/core/money/quotas/rolePolicies';
import { requireUser } from '@star-graph/core/people/identity/accounts/changeAccount';
import type { ApiDeps } from '../../apiDeps.ts';
import { actorOf } from '../admin/actorOf.ts';
import { defineHandlers } from '../handler.ts';
import { tellAfter } from '../tellAfter.ts';

export const createRolePolicyHandlers = (deps: Pick<ApiDeps, 'database' | 'clock' | 'tellChange'>) =>
  defineHandlers({
    async adminListRolePolicies() {
      return { items: (await listRolePolicies(deps.database)).map(presentPolicy) };
    },
    async adminGetUserPolicy({ params }) {
      await requireUser(deps.database, params.id);
      return presentPersonPolicy(await readPersonPolicy(deps.database, params.id));
    },
    async adminPutUserPolicy({ params, body, caller }) {
      await requireUser(deps.database, params.id);
      const changed = changePersonPolicy(deps, actorOf(caller), params.id, body);
      return presentPersonPolicy(await tellAfter(deps, changed));
    },
    async adminPutRolePolicy({ params, body, caller }) {
      const changed = changeRolePolicy(deps, actorOf(caller), params.role, body);
      return presentPolicy(await tellAfter(deps, changed));
    },
  });

const presentPolicy = ({ changedAt, workflows, models, ...policy }: StoredRolePolicy): RolePolicyView => ({
  ...policy,
  ...presentAllowed({ workflows, models }),
  ...(changedAt === null ? {} : { changedAt: changedAt.toISOString() }),
});

const presentPersonPolicy = ({
  changedAt,
  workflows,
  models,
  ...policy
}: StoredPersonPolicy): PersonPolicyView => ({
  ...policy,
  ...presentAllowed({ workflows, models }),
  ...(changedAt === null ? {} : { changedAt: changedAt.toISOString() }),
});

const presentAllowed = ({ workflows, models }: Pick<Quotas, 'workflows' | 'models'>) => ({
  workflows: workflows && [...workflows],
  models: models && [...models],
});
