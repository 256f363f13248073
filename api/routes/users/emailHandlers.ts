import type { OwnEmailView } from '@star-graph/contract/users/email';
import { Problem } from '@star-graph/core/ground/errors';
import type { Mailer } from '@star-graph/core/ground/mailer';
import { mailPasswordReset } from '@star-graph/core/people/identity/mailedResets';
import {
  askForEmail,
  readOwnEmail,
  removeEmail,
  verifyEmail,
} from '@star-graph/core/people/identity/ownEmail';
import type { OwnFactorDeps } from '@star-graph/core/people/identity/secondFactor/ownFactors';
import type { ApiDeps } from '../../apiDeps.ts';
import { changeOf } from '../auth/secondFactorHandlers.ts';
import { defineHandlers } from '../handler.ts';

type Deps = OwnFactorDeps & Pick<ApiDeps, 'publicUrl' | 'mailer' | 'mailThrottle'>;

export const createEmailHandlers = (deps: Deps) =>
  defineHandlers({
    getEmail: ({ caller }) => readEmail(deps, caller.account.id),
    async changeEmail({ body, caller, ctx }) {
      const mailer = requireMailer(deps);
      await deps.mailThrottle.countMessage(body.address, ctx.state.address);
      await askForEmail(deps, mailer, { ...changeOf(caller, ctx, body), email: body.address });
      return readEmail(deps, caller.account.id);
    },
    async deleteEmail({ caller }) {
      await removeEmail(deps, caller.account.id);
      return undefined;
    },
    async verifyEmail({ body }) {
      await verifyEmail(deps, body.token);
      return undefined;
    },
    async mailPasswordReset({ body, ctx }) {
      const mailer = requireMailer(deps);
      await deps.mailThrottle.countMessage(body.address, ctx.state.address);
      mailPasswordReset(deps, mailer, body.address);
      return undefined;
    },
  });

function requireMailer({ mailer }: Pick<Deps, 'mailer'>): Mailer {
  if (!mailer)
    throw new Problem('forbidden', 'This installation sends no e-mail. Ask an administrator instead.');
  return mailer;
}

async function readEmail(deps: Deps, userId: string): Promise<OwnEmailView> {
  const { address, pending } = await readOwnEmail(deps, userId);
  return {
    address,
    pending: pending && { address: pending.address, expiresAt: pending.expiresAt.toISOString() },
    sendsMail: deps.mailer !== undefined,
  };
}
