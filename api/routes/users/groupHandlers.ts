import { listAllGroups, listGroupsOf, setGroups } from '@star-graph/core/desk/people/groups';
import { listGroups } from '@star-graph/core/library/assets/collectionGroups';
import { requireUser } from '@star-graph/core/people/identity/accounts/changeAccount';
import type { ApiDeps } from '../../apiDeps.ts';
import { actorOf } from '../admin/actorOf.ts';
import { defineHandlers } from '../handler.ts';

export const createGroupHandlers = (deps: Pick<ApiDeps, 'database' | 'clock'>) =>
  defineHandlers({
    async listGroups({ caller }) {
      const groups = await listGroups(deps.database, caller.account.id);
      return { groups: groups.map(({ id, name }) => ({ id, name })) };
    },
    async adminListGroups() {
      const groups = await listAllGroups(deps.database);
      return { items: groups.map(({ group: { id, name }, people }) => ({ id, name, people })) };
    },
    async adminGetUserGroups({ params }) {
      await requireUser(deps.database, params.id);
      const groups = await listGroupsOf(deps.database, params.id);
      return { groups: groups.map(({ name }) => name) };
    },
    async adminPutUserGroups({ params, body, caller }) {
      return { groups: await setGroups(deps, actorOf(caller), params.id, body) };
    },
  });
