import type { InviteView } from '@star-graph/contract/auth/invites';
import type { Invite } from '@star-graph/core/ground/db/models/invite';
import { createInvite, listInvites, withdrawInvite } from '@star-graph/core/people/identity/invites';
import type { ApiDeps } from '../../apiDeps.ts';
import { actorOf } from '../admin/actorOf.ts';
import { defineHandlers } from '../handler.ts';
import { pageById } from '../pages.ts';

export const createInviteHandlers = (deps: Pick<ApiDeps, 'database' | 'clock'>) =>
  defineHandlers({
    async adminCreateInvite({ body, caller, ctx }) {
      ctx.set('Cache-Control', 'no-store');
      const expiresAt = body.expiresAt === undefined ? null : new Date(body.expiresAt);
      const { invite, code } = await createInvite(deps, actorOf(caller), { ...body, expiresAt });
      return { ...presentInvite(invite), code };
    },
    adminListInvites: ({ query }) =>
      pageById(query, {
        list: (page) => listInvites(deps.database, page),
        idOf: ({ id }) => id,
        present: (invites) => invites.map(presentInvite),
      }),
    async adminWithdrawInvite({ params, caller }) {
      await withdrawInvite(deps, actorOf(caller), params.id);
      return undefined;
    },
  });

function presentInvite({ id, note, uses, used, expiresAt, withdrawnAt, createdAt }: Invite): InviteView {
  return {
    id,
    note,
    uses,
    used,
    ...(expiresAt === null ? {} : { expiresAt: expiresAt.toISOString() }),
    ...(withdrawnAt === null ? {} : { withdrawnAt: withdrawnAt.toISOString() }),
    createdAt: createdAt.toISOString(),
  };
}
