import { inTransaction, type Transaction } from '../../../ground/db/connect.ts';
import { ProgramToken } from '../../../ground/db/models/program.ts';
import { ApiKey } from '../../../ground/db/models/session.ts';
import { User } from '../../../ground/db/models/user.ts';
import { hashSecret } from '../../../ground/encryption/secrets.ts';
import { rotateToken } from '../credentials/rotateToken.ts';
import { revokeCredentials } from '../revocations.ts';
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

interface PresentedProgram {
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
  // Programs often run twice and change their names, so the client is not compared.
  const rotated = await rotateToken(deps, trx, ProgramToken, token, { refreshToken });
  if (!rotated) {
    await ApiKey.query(trx).findById(apiKeyId).patch({ revokedAt: now });
    return 'reused';
  }
  const { next, isKnown } = rotated;
  if (isKnown) return { key, refreshToken: next };
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
