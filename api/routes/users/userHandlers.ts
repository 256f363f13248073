import type { PreferencesView } from '@star-graph/contract/users/preferences';
import type { ProfileView } from '@star-graph/contract/users/profile';
import { Problem } from '@star-graph/core/ground/errors';
import { claimDailyGrant } from '@star-graph/core/money/credits/daily';
import { listTransfers } from '@star-graph/core/money/credits/statement';
import { countMovesOf } from '@star-graph/core/money/quotas/keyDay';
import type { AccountDeps, AccountOrigin } from '@star-graph/core/people/identity/accounts/accounts';
import { approveLink, createLinkCode } from '@star-graph/core/people/identity/accounts/linkCodes';
import { nameIdentity, unlinkIdentity } from '@star-graph/core/people/identity/accounts/links';
import { changePreferences, readPreferences } from '@star-graph/core/people/identity/accounts/preferences';
import { changeLocale, giveCredits, requireProfile } from '@star-graph/core/people/identity/accounts/profile';
import { keySpendingOf, type PersonCaller, serviceKeyIdOf } from '@star-graph/core/people/identity/caller';
import {
  createApiKey,
  listApiKeys,
  revokeApiKey,
} from '@star-graph/core/people/identity/credentials/apiKeys';
import { requireScopesOf } from '@star-graph/core/people/identity/keyLimits';
import type { ApiContext } from '../../apiContext.ts';
import type { ApiDeps } from '../../apiDeps.ts';
import { throughKeyOf } from '../admin/actorOf.ts';
import { defineHandlers } from '../handler.ts';
import { pageById, pageByOffset } from '../pages.ts';
import { presentApiKey, presentCreatedKey, readKeyLimits } from './presentApiKey.ts';
import { presentIdentity } from './presentIdentity.ts';
import { presentMade } from './presentMaker.ts';
import { presentTransfer } from './presentTransfer.ts';
import { readBalance } from './readBalance.ts';
import { streamStatement } from './statementCsv.ts';

export const createUserHandlers = (deps: AccountDeps & Pick<ApiDeps, 'config' | 'dailyGrant'>) =>
  defineHandlers({
    getProfile: ({ caller }) => readProfile(deps, caller),
    async patchProfile({ body, caller }) {
      if (body.locale !== undefined) await changeLocale(deps.database, caller.account.id, body.locale);
      return readProfile(deps, caller);
    },
    // Written only by `changePreferences`, after the contract's check.
    getPreferences: ({ caller }) =>
      readPreferences(deps.database, caller.account.id) as Promise<PreferencesView>,
    patchPreferences: ({ body, caller }) =>
      changePreferences(deps, caller.account.id, body) as Promise<PreferencesView>,
    getBalance: ({ caller }) => readBalance(deps, caller.account.id),
    listTransfers({ query, caller }) {
      const userId = caller.account.id;
      return pageById(query, {
        list: (page) => listTransfers(deps.database, userId, page),
        idOf: ({ id }) => id,
        present: (transfers) => transfers.map((transfer) => presentTransfer(transfer, userId)),
      });
    },
    async exportTransfers({ query, caller, ctx }) {
      const [from, until] = [query.from, query.until].map((time) =>
        time === undefined ? undefined : new Date(time),
      );
      ctx.set('Cache-Control', 'no-store');
      ctx.set('Content-Disposition', 'attachment; filename="statement.csv"');
      ctx.type = 'text/csv; charset=utf-8';
      ctx.body = streamStatement(deps, caller.account.id, { from, until });
      return undefined;
    },
    async claimDaily({ caller }) {
      const { DAILY_GRANT_LOCK_DAYS: lockDays } = await deps.settings.read();
      const amount = await deps.dailyGrant(caller.account.role);
      const count = countMovesOf(keySpendingOf(caller));
      await claimDailyGrant(deps, caller.account.id, { amount, lockDays }, count);
      return readBalance(deps, caller.account.id);
    },
    async giveCredits({ body, caller }) {
      const { GIFTS_PER_DAY: perDay } = await deps.settings.read();
      const [count, through] = [countMovesOf(keySpendingOf(caller)), throughKeyOf(caller, deps.config)];
      await giveCredits(deps, caller.account.id, { ...body, perDay, count, through });
      return readBalance(deps, caller.account.id);
    },
    async createLinkCode({ body, caller, ctx }) {
      const displayName = caller.kind === 'delegate' ? body.name : undefined;
      if (displayName !== undefined)
        await nameIdentity(deps.database, ctx.get('star-graph-act-for'), {
          userId: caller.account.id,
          displayName,
        });
      ctx.set('Cache-Control', 'no-store');
      const { code, expiresAt } = await createLinkCode(deps, makerOf(caller));
      return { code, expiresAt: expiresAt.toISOString() };
    },
    async approveLink({ body, caller }) {
      const expiresAt = await approveLink(deps, { ...body, ...makerOf(caller) });
      return { expiresAt: expiresAt.toISOString() };
    },
    async unlinkIdentity({ body, caller, ctx }) {
      const origin = unlinkOriginOf(caller, ctx, body);
      await unlinkIdentity(deps, { userId: caller.account.id, origin, ...body });
      return readProfile(deps, caller);
    },
    async listApiKeys({ query, caller }) {
      const keys = await listApiKeys(deps.database, { kind: 'user', userId: caller.account.id });
      return pageByOffset(query, await presentMade(deps.database, keys, presentApiKey));
    },
    async createApiKey({ body, caller, ctx }) {
      ctx.set('Cache-Control', 'no-store');
      requireScopesOf(caller.account.role, body.scopes);
      return presentCreatedKey(
        await createApiKey(deps, {
          userId: caller.account.id,
          kind: 'user',
          name: body.name,
          serviceKeyId: serviceKeyIdOf(caller),
          limits: readKeyLimits({ now: deps.clock.now() }, body),
        }),
      );
    },
    async deleteApiKey({ params, caller }) {
      await revokeApiKey(deps, { id: params.id, kind: 'user', userId: caller.account.id });
      return undefined;
    },
  });

/** Who gets the new account. @throws Problem `forbidden` for a service key that acts for another identity. */
const makerOf = (caller: PersonCaller) => ({
  userId: caller.account.id,
  serviceKeyId: serviceKeyIdOf(caller),
  madeBy: caller.kind === 'session' ? (`session:${caller.sessionId}` as const) : null,
});

function unlinkOriginOf(
  caller: PersonCaller,
  ctx: ApiContext,
  { provider, subject }: { provider: string; subject: string },
): AccountOrigin {
  if (caller.kind !== 'delegate') return { address: ctx.state.address };
  if (ctx.get('star-graph-act-for') !== `${provider}:${subject}`)
    throw new Problem('forbidden', 'A service key unlinks only the person whom it acts for.');
  return { apiKeyId: caller.apiKeyId };
}

async function readProfile(deps: Pick<ApiDeps, 'database'>, { account }: PersonCaller): Promise<ProfileView> {
  const { user, identities } = await requireProfile(deps.database, account.id);
  const { id, username, locale, createdAt } = user;
  return {
    id,
    username,
    // With the rights that this credential has.
    role: account.role,
    locale,
    createdAt: createdAt.toISOString(),
    identities: identities.map(presentIdentity),
  };
}
