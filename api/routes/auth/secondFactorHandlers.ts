import type { AccountDeps } from '@star-graph/core/identity/accounts/accounts';
import type { PersonCaller } from '@star-graph/core/identity/caller';
import {
  confirmTotp,
  type FactorChange,
  readSecondFactor,
  removeTotp,
  renewRecoveryCodes,
  startTotp,
} from '@star-graph/core/identity/secondFactor/ownFactors';
import { finishSignIn, type SecondFactorProof } from '@star-graph/core/identity/secondFactor/secondStep';
import type { ApiContext } from '../../apiContext.ts';
import type { ApiDeps } from '../../apiDeps.ts';
import { defineHandlers } from '../handler.ts';
import { presentSignIn, userAgentOf } from './authHandlers.ts';

/** The answer has a secret, which must not stay in a cache. */
const keepSecret = (ctx: ApiContext): void => ctx.set('Cache-Control', 'no-store');

export const createSecondFactorHandlers = (deps: AccountDeps & Pick<ApiDeps, 'keyRing'>) =>
  defineHandlers({
    async finishLogin({ body, ctx }) {
      return presentSignIn(ctx, await finishSignIn(deps, { ...body, userAgent: userAgentOf(ctx) }));
    },
    async getSecondFactor({ caller }) {
      const state = await readSecondFactor(deps.database, caller.account.id);
      return { ...state, required: 'mustSetUpSecondFactor' in caller };
    },
    async startTotp({ body, caller, ctx }) {
      keepSecret(ctx);
      return startTotp(deps, changeOf(caller, ctx, body));
    },
    async confirmTotp({ body, caller, ctx }) {
      keepSecret(ctx);
      return confirmTotp(deps, caller, body.code);
    },
    async removeTotp({ body, caller, ctx }) {
      await removeTotp(deps, changeOf(caller, ctx, body));
      return undefined;
    },
    async renewRecoveryCodes({ body, caller, ctx }) {
      keepSecret(ctx);
      return renewRecoveryCodes(deps, changeOf(caller, ctx, body));
    },
  });

export function changeOf(
  caller: PersonCaller,
  ctx: ApiContext,
  { password, proof }: { password?: string | undefined; proof?: SecondFactorProof | undefined },
): FactorChange {
  return {
    caller,
    address: ctx.state.address,
    ...(password === undefined ? {} : { password }),
    ...(proof === undefined ? {} : { proof }),
  };
}
