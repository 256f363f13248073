import { type Database, inTransaction } from '../../ground/db/connect.ts';
import { User } from '../../ground/db/models/user.ts';
import { Problem } from '../../ground/errors.ts';
import { type AccountDeps, findOrMakeAccount } from '../identity/accounts/accounts.ts';
import { createApiKey } from '../identity/credentials/apiKeys.ts';
import { holdServiceKey, livingServiceKeys } from '../identity/credentials/serviceKeys.ts';
import { openSession, type SignIn, signInTo } from '../identity/credentials/sessions.ts';
import type { Visitor } from '../identity/credentials/signInTries.ts';
import type { DiscordApi } from './discordApi.ts';

/*
 * A session of the Activity is the child of a service key that nobody has the secret of: like a session from the bot's
 * code it sees and makes tasks, has a user's rights whoever its person is, and ends when an administrator revokes the key.
 */
const keyName = 'Discord Activity';

/**
 * Signs in the person who has agreed in Discord, with the account that they have in the bot.
 * @throws Problem `unauthenticated` for a code that Discord does not take; `account-disabled`, `rate-limited`,
 * `unavailable`.
 */
export async function signInByDiscord(
  deps: AccountDeps & { discord: Pick<DiscordApi, 'exchangeCode'> },
  { code, ...visitor }: { code: string } & Visitor,
): Promise<{ signIn: SignIn; discordToken: string; locale: string }> {
  const { accessToken: discordToken, person } = await deps.discord.exchangeCode(code);
  const serviceKeyId = await requireKey(deps);
  const account = await findOrMakeAccount(deps, 'discord', person.id, serviceKeyId);
  if (!account)
    throw new Problem('account-disabled', 'This account is blocked. Ask an administrator to unblock it.');
  const session = await inTransaction(deps.database, async (trx) => {
    await holdServiceKey(trx, serviceKeyId);
    return openSession(deps, trx, { userId: account.id, serviceKeyId, provenAt: null, ...visitor });
  });
  return { signIn: await signInTo(deps, account, session), discordToken, locale: person.locale };
}

/** A revoked one ends its sessions; who signs in afterwards gets another. */
async function requireKey(deps: AccountDeps): Promise<string> {
  const known = await findKey(deps.database);
  if (known !== undefined) return known;
  const owner = await User.query(deps.database)
    .where({ role: 'admin' })
    .whereNull('disabledAt')
    .orderBy('id')
    .first();
  if (!owner)
    throw new Problem('unavailable', 'There is no administrator whom the Activity could belong to.');
  const made = await createApiKey(deps, {
    userId: owner.id,
    kind: 'service',
    name: keyName,
    serviceKeyId: null,
  });
  // Of two that were made at once, everybody takes the same.
  return (await findKey(deps.database)) ?? made.apiKey.id;
}

const findKey = async (database: Database): Promise<string | undefined> =>
  (await livingServiceKeys(database).where({ name: keyName }).orderBy('apiKeys.id').first())?.id;
