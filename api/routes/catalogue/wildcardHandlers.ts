import {
  deleteWildcard,
  listWildcards,
  putWildcard,
  requireWildcard,
} from '@star-graph/core/library/catalogue/wildcards';
import type { ApiDeps } from '../../apiDeps.ts';
import { actorOf } from '../admin/actorOf.ts';
import { defineHandlers } from '../handler.ts';

export const createWildcardHandlers = (deps: Pick<ApiDeps, 'database' | 'clock'>) =>
  defineHandlers({
    async listWildcards() {
      const all = await listWildcards(deps.database);
      return { items: all.map(({ name, lines }) => ({ name, count: lines.length })) };
    },
    getWildcard: ({ params }) => requireWildcard(deps.database, params.name),
    adminPutWildcard: ({ params, body, caller }) =>
      putWildcard(deps, actorOf(caller), { ...body, name: params.name }),
    async adminDeleteWildcard({ params, caller }) {
      await deleteWildcard(deps, actorOf(caller), params.name);
      return undefined;
    },
  });
