import { changePassword } from '@star-graph/core/people/identity/accounts/changePassword';
import { useReset } from '@star-graph/core/people/identity/accounts/passwordResets';
import type { OwnFactorDeps } from '@star-graph/core/people/identity/secondFactor/ownFactors';
import { noteChange } from '../../apiContext.ts';
import { defineHandlers } from '../handler.ts';
import { changeOf } from './secondFactorHandlers.ts';

export const createPasswordHandlers = (deps: OwnFactorDeps) =>
  defineHandlers({
    async changePassword({ body, caller, ctx }) {
      await changePassword(deps, { ...changeOf(caller, ctx, body), newPassword: body.newPassword });
      return undefined;
    },
    async resetPassword({ body, ctx }) {
      noteChange(ctx, { userId: await useReset(deps, body), change: 'password' });
      return undefined;
    },
  });
