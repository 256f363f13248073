import { type CloseDeps, closeAccount, closeOwnAccount } from '@star-graph/core/desk/retention/closeAccount';
import { actorOf } from '../admin/actorOf.ts';
import { defineHandlers } from '../handler.ts';

export const createErasureHandlers = (deps: CloseDeps) =>
  defineHandlers({
    async deleteAccount({ body, caller, ctx }) {
      const { password, proof } = body;
      await closeOwnAccount(deps, {
        caller,
        address: ctx.state.address,
        ...(password === undefined ? {} : { password }),
        ...(proof === undefined ? {} : { proof }),
      });
      return undefined;
    },
    async adminDeleteUser({ params, body, caller }) {
      await closeAccount(deps, actorOf(caller), params.id, body.reason);
      return undefined;
    },
  });
