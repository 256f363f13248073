import { makePasswordReset } from '@star-graph/core/desk/people/passwordReset';
import {
  changeCredits,
  changePerson,
  listPeople,
  requirePersonById,
} from '@star-graph/core/desk/people/people';
import { removeSecondFactor } from '@star-graph/core/desk/people/secondFactor';
import type { PersonCaller } from '@star-graph/core/people/identity/caller';
import { noteChange } from '../../apiContext.ts';
import type { ApiDeps } from '../../apiDeps.ts';
import { defineHandlers } from '../handler.ts';
import { pageById } from '../pages.ts';
import { actorOf, reachingActorOf, throughKeyOf } from './actorOf.ts';
import { presentPerson } from './presentAdmin.ts';

export const createPeopleHandlers = (
  deps: Pick<
    ApiDeps,
    | 'config'
    | 'database'
    | 'redis'
    | 'prefix'
    | 'clock'
    | 'log'
    | 'wakeSignals'
    | 'publicUrl'
    | 'progress'
    | 'chargesCancel'
  >,
) =>
  defineHandlers({
    adminListUsers({ query, caller }) {
      const { username, identity, group, search } = query;
      const filter = {
        ...(username === undefined ? {} : { username }),
        ...(identity === undefined ? {} : { identity }),
        ...(group === undefined ? {} : { group }),
        ...(search === undefined ? {} : { search, byEmail: readerOf(caller).showsEmail }),
      };
      return pageById(query, {
        list: (page) => listPeople(deps.database, filter, page),
        idOf: ({ user }) => user.id,
        present: (people) => people.map((person) => presentPerson(person, readerOf(caller))),
      });
    },
    async adminGetUser({ params, caller }) {
      return presentPerson(await requirePersonById(deps.database, params.id), readerOf(caller));
    },
    async adminPatchUser({ params, body, caller }) {
      const change = {
        ...(body.role === undefined ? {} : { role: body.role }),
        ...(body.disabled === undefined ? {} : { disabled: body.disabled }),
        ...(body.reason === undefined ? {} : { reason: body.reason }),
      };
      return presentPerson(
        await changePerson(deps, reachingActorOf(caller), params.id, change),
        readerOf(caller),
      );
    },
    async adminMakePasswordReset({ params, caller, ctx }) {
      ctx.set('Cache-Control', 'no-store');
      const { token, expiresAt } = await makePasswordReset(deps, actorOf(caller), params.id);
      noteChange(ctx, { userId: params.id, change: 'resetMade', from: null });
      return { url: `${deps.publicUrl}/reset-password#${token}`, expiresAt: expiresAt.toISOString() };
    },
    async adminRemoveSecondFactor({ params, caller, ctx }) {
      const isRemoved = await removeSecondFactor(deps, reachingActorOf(caller), params.id);
      if (isRemoved) noteChange(ctx, { userId: params.id, change: 'factorsReset', from: null });
      return undefined;
    },
    async adminChangeCredits({ params, body, caller }) {
      const { available, held } = await changeCredits(deps, actorOf(caller), {
        userId: params.id,
        ...body,
        through: throughKeyOf(caller, deps.config),
      });
      return { available, held };
    },
  });

/** A leaked key is not to read addresses either. */
const readerOf = ({ kind, account }: PersonCaller) => ({
  showsEmail: account.role === 'admin' && kind === 'session',
});
