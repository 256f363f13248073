import type { AccountChange } from '@star-graph/core/people/identity/email/messages';
import { findTeller } from '@star-graph/core/people/identity/email/notices';
import type { ApiMiddleware } from '../apiContext.ts';
import type { ApiDeps } from '../apiDeps.ts';
import type { OperationId } from '../contract/routes.ts';
import { createLimiter } from '../limits/limiter.ts';

/** The operations that change who has a way into an account. */
const changes: Partial<Record<OperationId, AccountChange>> = {
  changePassword: 'password',
  confirmTotp: 'factorAdded',
  addPasskey: 'factorAdded',
  removeTotp: 'factorRemoved',
  removePasskey: 'factorRemoved',
  renewRecoveryCodes: 'recoveryCodes',
  createApiKey: 'key',
  answerProgramRequest: 'program',
  link: 'linked',
  unlinkIdentity: 'unlinked',
  changeEmail: 'emailAsked',
  deleteEmail: 'emailRemoved',
};

/** Of a person in an hour: more would be their way to have us write letters. */
const mostNotices = 30;

export type TellChange = (operationId: OperationId) => readonly ApiMiddleware[];

/** After a change that was made, a message goes to the address that the person had before it. */
export function tellChange(
  deps: Pick<ApiDeps, 'database' | 'clock' | 'mailer' | 'publicUrl' | 'redis' | 'prefix'>,
): TellChange {
  const limit = { name: 'notices', points: mostNotices, durationSeconds: 3_600, refusesFromMemory: false };
  const byPerson = createLimiter(deps, limit);
  const mayTell = (userId: string): Promise<boolean> =>
    byPerson.consume(userId).then(
      () => true,
      () => false,
    );
  return (operationId) => {
    const change = changes[operationId];
    if (!change) return [];
    return [
      async (ctx, next) => {
        const { caller, address } = ctx.state;
        const userId = caller && 'account' in caller ? caller.account.id : undefined;
        const tell = userId === undefined ? undefined : await findTeller(deps, userId);
        await next();
        if (!tell || userId === undefined) return;
        // A program that was sent away.
        if ((ctx.request.body as { allow?: unknown } | undefined)?.allow === false) return;
        if (await mayTell(userId)) tell(change, address);
      },
    ];
  };
}
