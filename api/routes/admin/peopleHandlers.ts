import { changeCredits, changePerson, listPeople, requirePersonById } from '@star-graph/core/admin/people';
import { Problem } from '@star-graph/core/errors';
import type { ApiDeps } from '../../apiDeps.ts';
import { defineHandlers } from '../handler.ts';
import { pageById } from '../pages.ts';
import { actorOf } from './actorOf.ts';
import { presentPerson } from './presentAdmin.ts';

export const createPeopleHandlers = (
  deps: Pick<ApiDeps, 'database' | 'redis' | 'prefix' | 'clock' | 'log' | 'wakeSignals'>,
) =>
  defineHandlers({
    adminListUsers({ query }) {
      const { username, identity } = query;
      const filter = {
        ...(username === undefined ? {} : { username }),
        ...(identity === undefined ? {} : { identity }),
      };
      return pageById(query, {
        list: (page) => listPeople(deps.database, filter, page),
        idOf: ({ user }) => user.id,
        present: (people) => people.map(presentPerson),
      });
    },
    async adminGetUser({ params }) {
      return presentPerson(await requirePersonById(deps.database, params.id));
    },
    async adminPatchUser({ params, body, caller }) {
      if (caller.kind === 'delegate') await requireHarmless(deps, params.id, body);
      const change = {
        ...(body.role === undefined ? {} : { role: body.role }),
        ...(body.disabled === undefined ? {} : { disabled: body.disabled }),
        ...(body.reason === undefined ? {} : { reason: body.reason }),
      };
      return presentPerson(await changePerson(deps, actorOf(caller), params.id, change));
    },
    async adminChangeCredits({ params, body, caller }) {
      const { available, held } = await changeCredits(deps, actorOf(caller), { userId: params.id, ...body });
      return { available, held };
    },
  });

/** A service key can neither make a person an administrator nor lock one out. @throws Problem `forbidden`. */
async function requireHarmless(
  deps: Pick<ApiDeps, 'database'>,
  userId: string,
  change: { role?: unknown },
): Promise<void> {
  const { user } = await requirePersonById(deps.database, userId);
  if (change.role !== undefined || user.role === 'admin')
    throw new Problem(
      'forbidden',
      'Roles and administrators are not changed through a service key. Sign in yourself.',
    );
}
