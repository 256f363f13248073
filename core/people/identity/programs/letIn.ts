import { createHash } from 'node:crypto';
import { type Database, inTransaction, type Transaction } from '../../../ground/db/connect.ts';
import { ProgramCode, ProgramToken } from '../../../ground/db/models/program.ts';
import { ApiKey } from '../../../ground/db/models/session.ts';
import { User } from '../../../ground/db/models/user.ts';
import { createSecret, hashSecret, isSameHash } from '../../../ground/encryption/secrets.ts';
import type { Clock } from '../../../ground/runtime/clock.ts';
import { type PersonCaller, serviceKeyIdOf } from '../caller.ts';
import type { AccessTokens } from '../credentials/accessTokens.ts';
import { type ApiKeyDeps, forgetEnded, newKeyId } from '../credentials/apiKeys.ts';
import { trimFamily } from '../credentials/rotateToken.ts';
import { livingServiceKeys } from '../credentials/serviceKeys.ts';
import { revokeCredentials } from '../revocations.ts';
import type { AuthorizationRequest } from './authorizationRequest.ts';
import { OAuthFault } from './oauthFault.ts';
import { keepRegistration } from './registrations.ts';

/*
 * A person's consent is a code, which the program exchanges once, within a minute, for a key of the kind `program`. A
 * code that comes a second time was stolen on one of its ways: the key that it made is revoked.
 */

export interface ProgramDeps extends ApiKeyDeps {
  tokens: AccessTokens;
  /** For how long a program gets the same answer to the same refresh token. */
  refreshRepeatSeconds: number;
}

/** What a program gets, as OAuth calls it. */
export interface ProgramTokens {
  accessToken: string;
  refreshToken: string;
  expiresIn: number;
  scopes: string;
}

const codeLifeMs = 60_000;
const programsPerPerson = 50;
/** Without a refresh. */
const programLifeMs = 90 * 24 * 3_600_000;

export const programExpiry = ({ clock }: { clock: Clock }): Date =>
  new Date(clock.now().getTime() + programLifeMs);

/** Notes that the person lets the program in. @returns the code for it. */
export async function consentTo(
  { database, clock }: { database: Database; clock: Clock },
  caller: PersonCaller,
  { client, redirectUri, challenge, resource, scopes }: AuthorizationRequest,
  creditsPerDay: number | null,
): Promise<string> {
  const code = createSecret();
  const now = clock.now();
  await inTransaction(database, async (trx) => {
    await ProgramCode.query(trx).insert({
      codeHash: hashSecret(code),
      userId: caller.account.id,
      clientId: client.id,
      clientName: client.name,
      redirectUri,
      challenge,
      resource,
      scopes: scopes.join(' '),
      creditsPerDay,
      serviceKeyId: serviceKeyIdOf(caller),
      createdAt: now,
      expiresAt: new Date(now.getTime() + codeLifeMs),
      usedAt: null,
      apiKeyId: null,
    });
    await keepRegistration(trx, client.id, programExpiry({ clock }));
  });
  return code;
}

/** What a program shows with its code. */
interface PresentedCode {
  code: string;
  clientId: string;
  redirectUri: string;
  verifier: string;
  resource: string;
}

/** @throws OAuthFault `invalid_grant`, `invalid_target`. */
export async function exchangeCode(deps: ProgramDeps, presented: PresentedCode): Promise<ProgramTokens> {
  const outcome = await inTransaction(deps.database, (trx) => exchange(deps, trx, presented));
  if ('stolen' in outcome) {
    await revokeCredentials(deps, [{ kind: 'key', id: outcome.stolen }]);
    throw badGrant('the code was used before');
  }
  return signFor(deps, outcome.key, presented.resource, outcome.refreshToken);
}

const badGrant = (description: string) => new OAuthFault('invalid_grant', description);

async function exchange(
  deps: ProgramDeps,
  trx: Transaction,
  { code, clientId, redirectUri, verifier, resource }: PresentedCode,
): Promise<{ key: ApiKey; refreshToken: string } | { stolen: string }> {
  const now = deps.clock.now();
  const codeHash = hashSecret(code);
  const known = await ProgramCode.query(trx).findById(codeHash).forUpdate();
  if (!known || known.clientId !== clientId) throw badGrant('the code is not known');
  if (known.apiKeyId !== null) {
    await ApiKey.query(trx).findById(known.apiKeyId).whereNull('revokedAt').patch({ revokedAt: now });
    return { stolen: known.apiKeyId };
  }
  if (known.expiresAt <= now) throw badGrant('the code has expired');
  if (known.redirectUri !== redirectUri) throw badGrant('redirect_uri is another one');
  if (!isSameHash(known.challenge, createHash('sha256').update(verifier).digest('base64url')))
    throw badGrant('code_verifier is wrong');
  if (known.resource !== resource) throw new OAuthFault('invalid_target', 'resource is another one');
  const key = await addKey(deps, trx, known, now);
  await ProgramCode.query(trx).findById(codeHash).patch({ usedAt: now, apiKeyId: key.id });
  return { key, refreshToken: await addProgramToken(trx, key.id, now) };
}

async function addKey(
  deps: ProgramDeps,
  trx: Transaction,
  { userId, clientId, clientName: name, scopes, creditsPerDay, serviceKeyId }: ProgramCode,
  now: Date,
): Promise<ApiKey> {
  // The account's row is the lock under which its programs are counted.
  const owner = await User.query(trx).findById(userId).whereNull('disabledAt').select('id').forUpdate();
  if (!owner || !(await isServiceOpen(trx, serviceKeyId))) throw badGrant('the account is closed');
  const living = await ApiKey.query(trx)
    .where({ userId, kind: 'program' })
    .whereNull('revokedAt')
    .where('expiresAt', '>', now)
    .resultSize();
  if (living >= programsPerPerson) throw badGrant('the person has let in too many programs');
  await forgetEnded(trx, userId, now);
  return ApiKey.query(trx).insertAndFetch({
    id: newKeyId(),
    userId,
    kind: 'program',
    name,
    clientId,
    scopes,
    creditsPerDay,
    serviceKeyId,
    // It has tokens instead: this fits no secret.
    secretHash: hashSecret(createSecret()),
    expiresAt: programExpiry(deps),
    networks: null,
    signingSecret: null,
    createdAt: now,
  });
}

export const isServiceOpen = async (trx: Transaction, serviceKeyId: string | null): Promise<boolean> =>
  serviceKeyId === null || (await livingServiceKeys(trx).findById(serviceKeyId)) !== undefined;

export async function addProgramToken(
  trx: Transaction,
  apiKeyId: string,
  now: Date,
  refreshToken = createSecret(),
): Promise<string> {
  await ProgramToken.query(trx).insert({
    tokenHash: hashSecret(refreshToken),
    apiKeyId,
    createdAt: now,
    usedAt: null,
    successor: null,
  });
  await trimFamily(trx, ProgramToken, { apiKeyId });
  return refreshToken;
}

export async function signFor(
  { tokens, clock }: Pick<ProgramDeps, 'tokens' | 'clock'>,
  { id: apiKeyId, userId, scopes, expiresAt }: ApiKey,
  resource: string,
  refreshToken: string,
): Promise<ProgramTokens> {
  const notAfter = expiresAt ?? programExpiry({ clock });
  const { token, expiresIn } = await tokens.signProgram({ userId, apiKeyId }, resource, notAfter);
  return { accessToken: token, refreshToken, expiresIn, scopes: scopes ?? '' };
}
