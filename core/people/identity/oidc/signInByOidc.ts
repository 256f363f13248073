import type { OidcProvider } from '../../../ground/config/oidcEnv.ts';
import { Identity, type User } from '../../../ground/db/models/user.ts';
import { Problem } from '../../../ground/errors.ts';
import { requireNoMaintenance } from '../../../ground/settings/maintenance.ts';
import {
  type AccountDeps,
  findIdentity,
  insertAccount,
  makeAccount,
  signUpGrantOf,
} from '../accounts/accounts.ts';
import { createIdentityCode } from '../accounts/identityCodes.ts';
import { createLinkCode } from '../accounts/linkCodes.ts';
import { giveRole, type RoleDeps, recordFirstRole, roleOf } from './givenRoles.ts';
import type { OidcPerson } from './oidcClient.ts';

export type OidcDeps = Pick<AccountDeps, 'settings' | 'accountBound'> & RoleDeps;

/** A code for `POST /auth/link`; `links`: there is no account, and only somebody who is signed in can use it. */
export interface OidcOutcome {
  code: string;
  links: boolean;
}

/**
 * What a person gets who proved by a provider who they are. The account is that of the (issuer, subject), and nothing
 * else that the provider says finds one: an e-mail address there proves nothing here. A session comes from the code, by
 * the one way that codes have.
 * @throws Problem `account-disabled`, `rate-limited`, `unavailable` for a newcomer during maintenance.
 */
export async function signInByOidc(
  deps: OidcDeps,
  provider: OidcProvider,
  person: OidcPerson,
  address: string,
): Promise<OidcOutcome> {
  const user =
    (await findIdentity(deps.database, person.issuer, person.subject)) ??
    (await makeFor(deps, provider, person, address));
  if (!user) return { code: await createIdentityCode(deps, person), links: true };
  if (user.disabledAt)
    throw new Problem('account-disabled', 'This account is blocked. Ask an administrator to unblock it.');
  await noteName(deps, person);
  // Before the code: a lost role ends codes together with sessions.
  if (provider.roles) await giveRole(deps, user.id, person, roleOf(provider.roles, person.groups));
  const { code } = await createLinkCode(deps, { userId: user.id, serviceKeyId: null, byProvider: true });
  return { code, links: false };
}

/** The new account, or the one that a simultaneous first sign-in made. */
async function makeFor(
  deps: OidcDeps,
  { roles, registration }: OidcProvider,
  { issuer, subject, displayName, groups }: OidcPerson,
  address: string,
): Promise<User | undefined> {
  if (!mayRegister(registration, groups)) return undefined;
  const settings = await deps.settings.read();
  requireNoMaintenance(settings);
  const givenRole = roles ? roleOf(roles, groups) : null;
  const made = await deps.accountBound.within({ address }, () =>
    makeAccount(deps, async (trx) => {
      const role = givenRole ?? 'user';
      const account = await insertAccount(
        deps,
        trx,
        { username: null, passwordHash: null, role },
        signUpGrantOf(settings),
      );
      const identity = { provider: issuer, subject, displayName, givenRole };
      await Identity.query(trx).insert({ ...identity, userId: account.id, createdAt: deps.clock.now() });
      if (role !== 'user') await recordFirstRole(deps, trx, account, issuer);
      return account;
    }),
  );
  return made ?? findIdentity(deps.database, issuer, subject);
}

const mayRegister = (registration: OidcProvider['registration'], groups: readonly string[]): boolean =>
  typeof registration === 'object'
    ? registration.groups.some((group) => groups.includes(group))
    : registration === 'everybody';

async function noteName(deps: OidcDeps, { issuer, subject, displayName }: OidcPerson): Promise<void> {
  await Identity.query(deps.database).findById([issuer, subject]).patch({ displayName });
}
