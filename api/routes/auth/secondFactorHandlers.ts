import type { passkeySchema } from '@star-graph/contract/auth/secondFactor';
import type { Passkey } from '@star-graph/core/ground/db/models/secondFactor';
import type { AccountDeps } from '@star-graph/core/people/identity/accounts/accounts';
import type { PersonCaller } from '@star-graph/core/people/identity/caller';
import {
  confirmTotp,
  type FactorChange,
  provePresence,
  readSecondFactor,
  removeTotp,
  renewRecoveryCodes,
  startTotp,
} from '@star-graph/core/people/identity/secondFactor/ownFactors';
import {
  addPasskey,
  removePasskey,
  requestProof,
  startPasskey,
} from '@star-graph/core/people/identity/secondFactor/ownPasskeys';
import {
  finishSignIn,
  requestPasskeySignIn,
  requestSecondStep,
  type SecondFactorProof,
  signInByPasskey,
} from '@star-graph/core/people/identity/secondFactor/secondStep';
import type { z } from 'zod';
import type { ApiContext } from '../../apiContext.ts';
import type { ApiDeps } from '../../apiDeps.ts';
import { defineHandlers } from '../handler.ts';
import { presentSignIn, visitorOf } from './authHandlers.ts';

/** The answer has a secret, which must not stay in a cache. */
const keepSecret = (ctx: ApiContext): void => ctx.set('Cache-Control', 'no-store');

export const createSecondFactorHandlers = (deps: AccountDeps & Pick<ApiDeps, 'keyRing' | 'publicUrl'>) =>
  defineHandlers({
    async finishLogin({ body, ctx }) {
      return presentSignIn(deps, ctx, await finishSignIn(deps, { ...body, ...visitorOf(ctx) }));
    },
    async provePresence({ body, caller, ctx }) {
      return { until: (await provePresence(deps, changeOf(caller, ctx, body))).toISOString() };
    },
    async getSecondFactor({ caller }) {
      const state = await readSecondFactor(deps.database, caller.account.id);
      const passkeys = state.passkeys.map(presentPasskey);
      return { ...state, passkeys, required: 'mustSetUpSecondFactor' in caller };
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
    async requestPasskey({ body: { ticket } }) {
      const request = ticket === undefined ? requestPasskeySignIn(deps) : requestSecondStep(deps, ticket);
      return { ...(await request) };
    },
    async loginByPasskey({ body, ctx }) {
      const signIn = { response: body.response, ...visitorOf(ctx) };
      return presentSignIn(deps, ctx, await signInByPasskey(deps, signIn));
    },
    async startPasskey({ body, caller, ctx }) {
      return { ...(await startPasskey(deps, changeOf(caller, ctx, body))) };
    },
    async addPasskey({ body, caller, ctx }) {
      keepSecret(ctx);
      const { passkey, recoveryCodes } = await addPasskey(deps, caller, body);
      return { passkey: presentPasskey(passkey), recoveryCodes };
    },
    async removePasskey({ params, body, caller, ctx }) {
      await removePasskey(deps, changeOf(caller, ctx, body), params.id);
      return undefined;
    },
    async requestProof({ caller }) {
      return { ...(await requestProof(deps, caller.account.id)) };
    },
  });

const presentPasskey = ({ id, name, createdAt, usedAt }: Passkey): z.output<typeof passkeySchema> => ({
  id,
  name,
  createdAt: createdAt.toISOString(),
  ...(usedAt === null || usedAt === undefined ? {} : { usedAt: usedAt.toISOString() }),
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
