import type { OperationId } from '@star-graph/contract/routes';
import type { PreferencesPatch } from '@star-graph/contract/users/preferences';
import { findTeller } from '@star-graph/core/people/identity/notices';
import type { AccountChange } from '@star-graph/workflows/shared/accountChanges';
import type { ApiMiddleware, ChangeMade } from '../apiContext.ts';
import type { ApiDeps } from '../apiDeps.ts';
import { createLimiter } from '../limits/limiter.ts';

/** The operations that always change who has a way into the caller's account. Others say what they changed. */
const changes: Partial<Record<OperationId, AccountChange | ((body: unknown) => AccountChange | undefined)>> =
  {
    changePassword: 'password',
    confirmTotp: 'factorAdded',
    addPasskey: 'factorAdded',
    removeTotp: 'factorRemoved',
    removePasskey: 'factorRemoved',
    renewRecoveryCodes: 'recoveryCodes',
    createApiKey: 'key',
    unlinkIdentity: 'unlinked',
    changeEmail: 'emailAsked',
    deleteEmail: 'emailRemoved',
    patchPreferences: (body) =>
      (body as PreferencesPatch).tellChanges === false ? 'messagesOff' : undefined,
  };

/** Of a person: more would be somebody's way to have us write letters. */
const limits = {
  notices: { points: 30, durationSeconds: 3_600 },
  'new-devices': { points: 5, durationSeconds: 24 * 3_600 },
};

export type TellChange = (operationId: OperationId) => ApiMiddleware;

/** After a change that was made, its person is told where they could be told before it. */
export function tellChange(
  deps: Pick<ApiDeps, 'database' | 'clock' | 'mailer' | 'publicUrl' | 'redis' | 'prefix' | 'log'>,
): TellChange {
  const limiter = (name: keyof typeof limits) =>
    createLimiter(deps, { name, ...limits[name], refusesFromMemory: false });
  const [anyByPerson, devicesByPerson] = [limiter('notices'), limiter('new-devices')];
  const mayTell = (userId: string, change: AccountChange): Promise<boolean> =>
    (change === 'newDevice' ? devicesByPerson : anyByPerson).consume(userId).then(
      () => true,
      () => false,
    );
  return (operationId) => async (ctx, next) => {
    const { caller, address } = ctx.state;
    const named = changes[operationId];
    const change = typeof named === 'function' ? named(ctx.request.body) : named;
    const userId = caller && 'account' in caller ? caller.account.id : undefined;
    const own: ChangeMade | undefined = change && userId !== undefined ? { userId, change } : undefined;
    const tellBefore = own && (await findTeller(deps, own.userId));
    await next();
    for (const told of [...(own ? [own] : []), ...(ctx.state.changes ?? [])]) {
      const { userId: whose, from = address, device = null } = told;
      try {
        const tell = told === own ? tellBefore : await findTeller(deps, whose);
        if (tell && (await mayTell(whose, told.change))) await tell({ change: told.change, from, device });
      } catch (err) {
        // The change was made.
        deps.log.error({ err }, 'a person was not told of a change to their account');
      }
    }
  };
}
