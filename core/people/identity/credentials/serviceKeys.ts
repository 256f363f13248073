import type { QueryBuilder } from 'objection';
import type { Database, Transaction } from '../../../ground/db/connect.ts';
import { Webhook } from '../../../ground/db/models/operation.ts';
import { ApiKey, Session } from '../../../ground/db/models/session.ts';
import { Problem } from '../../../ground/errors.ts';
import { endMadeBy } from '../makers.ts';

/*
 * What a service key made for a person is its child: a session opened by its link code, and the codes, keys and
 * webhooks made in such a session. A child has only a user's rights, and works as long as the service key does.
 * `serviceKeyId` names the service key itself in every generation.
 */

/** Service keys that work: not revoked, and made by an administrator who is not disabled. */
export const livingServiceKeys = (database: Database | Transaction): QueryBuilder<ApiKey> =>
  ApiKey.query(database)
    .select('apiKeys.id')
    .join('users', 'users.id', 'apiKeys.userId')
    .where({ 'apiKeys.kind': 'service' })
    .whereNull('apiKeys.revokedAt')
    .whereNull('users.disabledAt');

/**
 * Keeps a service key from being revoked until the transaction ends, so that a revocation finds the new child.
 * @throws Problem `unauthenticated` for a revoked one.
 */
export async function holdServiceKey(trx: Transaction, serviceKeyId: string | null): Promise<void> {
  if (serviceKeyId === null) return;
  const held = await ApiKey.query(trx).findById(serviceKeyId).whereNull('revokedAt').select('id').forShare();
  if (!held) throw serviceKeyEnded();
}

export const serviceKeyEnded = (): Problem =>
  new Problem('unauthenticated', 'The service that let you in is closed. Sign in again, or get a new code.');

/** Ends the children of a service key in the transaction that revokes it; link codes are refused when they are used. */
export async function endChildren(trx: Transaction, serviceKeyId: string, now: Date): Promise<void> {
  const sessions = await Session.query(trx).select('id').where({ serviceKeyId }).whereNull('revokedAt');
  const keys = await ApiKey.query(trx).select('id').where({ serviceKeyId }).whereNull('revokedAt');
  const makers = [
    ...sessions.map(({ id }) => `session:${id}` as const),
    ...keys.map(({ id }) => `key:${id}` as const),
  ];
  await endMadeBy(trx, makers, now);
  await Session.query(trx).where({ serviceKeyId }).whereNull('revokedAt').patch({ revokedAt: now });
  await ApiKey.query(trx).where({ serviceKeyId }).whereNull('revokedAt').patch({ revokedAt: now });
  await Webhook.query(trx).where({ serviceKeyId }).whereNull('disabledAt').patch({ disabledAt: now });
}
