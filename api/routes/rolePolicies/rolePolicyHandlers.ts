import {
  changeRolePolicy,
  listRolePolicies,
  type StoredRolePolicy,
} from '@star-graph/core/roles/rolePolicies';
import type { ApiDeps } from '../../apiDeps.ts';
import type { RolePolicyView } from '../../contract/rolePolicies/rolePolicies.ts';
import { actorOf } from '../admin/actorOf.ts';
import { defineHandlers } from '../handler.ts';

export const createRolePolicyHandlers = (deps: Pick<ApiDeps, 'database' | 'clock'>) =>
  defineHandlers({
    async adminListRolePolicies() {
      return { items: (await listRolePolicies(deps.database)).map(presentPolicy) };
    },
    async adminPutRolePolicy({ params, body, caller }) {
      return presentPolicy(await changeRolePolicy(deps, actorOf(caller), params.role, body));
    },
  });

const presentPolicy = ({ changedAt, ...policy }: StoredRolePolicy): RolePolicyView => ({
  ...policy,
  ...(changedAt === null ? {} : { changedAt: changedAt.toISOString() }),
});
