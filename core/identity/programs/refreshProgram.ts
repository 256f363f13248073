import { inTransaction, type Transaction } from '../../db/connect.ts';
import { ProgramToken } from '../../db/models/program.ts';
import { ApiKey } from '../../db/models/session.ts';
import { User } from '../../db/models/user.ts';
import { openBy, sealBy } from '../../encryption/sealedToken.ts';
import { createSecret, hashSecret } from '../../encryption/secrets.ts';
import { revokeCredentials } from '../revocation/revocations.ts';
import {
  addProgramToken,
  isServiceOpen,
  type ProgramDeps,
  type ProgramTokens,
  programExpiry,
  signFor,
} from './letIn.ts';
import { OAuthFault } from './oauthFault.ts';
import { keepRegistration } from './registrations.ts';

/*
 * As with sessions, using the unused token makes the next one. Programs often run twice or lose an answer, so the last
 * token that was used works again while the next one is unused. For a moment it gives the same answer, since requests
 * may have crossed; later the next token dies in favour of a new one. A dead or older one that comes again means that
 * two parties hold the tokens, and the key is revoked.
 */

export interface PresentedProgram {
  refreshToken: string;
  clientId: string;
}

/** @throws OAuthFault `invalid_grant`; for a token that was used before its key is revoked then. */
export async function refreshProgram(
  deps: ProgramDeps,
  presented: PresentedProgram,
  resource: string,
): Promise<ProgramTokens> {
  const known = await ProgramToken.query(deps.database).findById(hashSecret(presented.refreshToken));
  if (!known) throw ended();
  const outcome = await inTransaction(deps.database, (trx) => rotate(deps, trx, known, presented));
  if (outcome !== 'reused') return signFor(deps, outcome.key, resource, outcome.refreshToken);
  await revokeCredentials(deps, [{ kind: 'key', id: known.apiKeyId }]);
  throw new OAuthFault('invalid_grant', 'the refresh token was used before');
}

const ended = () => new OAuthFault('invalid_grant', 'the refresh token does not work any more');

async function rotate(
  deps: ProgramDeps,
  trx: Transaction,
  { tokenHash, apiKeyId }: ProgramToken,
  { refreshToken, clientId }: PresentedProgram,
): Promise<{ key: ApiKey; refreshToken: string } | 'reused'> {
  const now = deps.clock.now();
  // Because of the lock, simultaneous requests wait for each other, and the second sees the first one's use.
  const key = await ApiKey.query(trx).findById(apiKeyId).forUpdate();
  const isOver = !key || key.revokedAt !== null || (key.expiresAt !== null && key.expiresAt <= now);
  if (isOver || key.clientId !== clientId || !(await isOpen(trx, key))) throw ended();
  const token = await ProgramToken.query(trx).findById(tokenHash);
  if (!token) throw ended();
  if (token.usedAt) {
    const given = deps.refreshRepeatSeconds > 0 && (await findUnusedSuccessor(trx, token, refreshToken));
    if (!given) {
      await ApiKey.query(trx).findById(apiKeyId).patch({ revokedAt: now });
      return 'reused';
    }
    if (now.getTime() - token.usedAt.getTime() < deps.refreshRepeatSeconds * 1_000)
      return { key, refreshToken: given };
    await killToken(trx, given, now);
  }
  const next = createSecret();
  await token.$query(trx).patch({ usedAt: now, successor: sealBy(refreshToken, next) });
  const expiresAt = programExpiry(deps);
  await ApiKey.query(trx).findById(apiKeyId).patch({ expiresAt });
  await keepRegistration(trx, clientId, expiresAt);
  return {
    key: Object.assign(key, { expiresAt }),
    refreshToken: await addProgramToken(trx, apiKeyId, now, next),
  };
}

const isOpen = async (trx: Transaction, { userId, serviceKeyId }: ApiKey): Promise<boolean> =>
  (await User.query(trx).findById(userId).whereNull('disabledAt').select('id')) !== undefined &&
  isServiceOpen(trx, serviceKeyId);

/** The token that answered the last use of this one, if it is unused. */
async function findUnusedSuccessor(
  trx: Transaction,
  { successor }: ProgramToken,
  refreshToken: string,
): Promise<string | undefined> {
  if (successor === null) return undefined;
  const given = openBy(refreshToken, successor);
  const isUnused = await ProgramToken.query(trx).findById(hashSecret(given)).whereNull('usedAt');
  return isUnused && given;
}

/** As used, and without a successor: whoever presents it ends the program. */
const killToken = (trx: Transaction, refreshToken: string, now: Date) =>
  ProgramToken.query(trx).findById(hashSecret(refreshToken)).whereNull('usedAt').patch({ usedAt: now });

/** Ends a program by one of its tokens (RFC 7009); of an unknown one there is nothing to end. */
export async function revokeProgram(
  deps: ProgramDeps,
  { token, clientId }: { token: string; clientId: string },
  resource: string,
): Promise<void> {
  const refresh = await ProgramToken.query(deps.database).findById(hashSecret(token));
  const access = refresh ? undefined : await deps.tokens.findProgram(token, resource);
  const id = refresh?.apiKeyId ?? access?.apiKeyId;
  if (id === undefined) return;
  const revoked = await ApiKey.query(deps.database)
    .findById(id)
    .where({ kind: 'program', clientId })
    .whereNull('revokedAt')
    .patch({ revokedAt: deps.clock.now() });
  if (revoked === 1) await revokeCredentials(deps, [{ kind: 'key', id }]);
}
