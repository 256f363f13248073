import type { Transaction } from '../../../ground/db/connect.ts';
import { GroupMember } from '../../../ground/db/models/group.ts';
import { Balance } from '../../../ground/db/models/ledger.ts';
import { Webhook, webhooksPerPerson } from '../../../ground/db/models/operation.ts';
import { Project, ProjectMember } from '../../../ground/db/models/project.ts';
import { ApiKey, Session, SignInTry } from '../../../ground/db/models/session.ts';
import { Identity, PersonNote, User } from '../../../ground/db/models/user.ts';
import { invariant, Problem } from '../../../ground/errors.ts';
import type { Clock } from '../../../ground/runtime/clock.ts';
import { payDebt } from '../../../money/credits/debt.ts';
import { moveLocks } from '../../../money/credits/grantLocks.ts';
import { postTransfer, type TransferEntry } from '../../../money/credits/transfer.ts';
import { joinUnpaid } from '../../../money/credits/unpaidTasks.ts';
import { joinPolicies } from '../../../money/quotas/joinPolicies.ts';
import { joinPersonDays } from '../../../money/quotas/personDay.ts';
import { joinMemberDays } from '../../guilds/memberDay.ts';
import { joinStars } from '../../guilds/stars.ts';
import { joinSafety } from '../../safety/readQuarantines.ts';
import type { CredentialName } from '../revocations.ts';
import { forgetEmail } from '../verifications.ts';
import { joinDrafts } from './drafts.ts';
import { joinCollections } from './joinCollections.ts';
import { joinPublications } from './joinPublications.ts';
import { noteJoin } from './moveJoined.ts';
import { joinPreferences } from './preferences.ts';
import { joinPresets } from './presets.ts';

/** When accounts are joined: what one bought and redeemed counts as the other's, a voucher for each person too. */
async function joinPurchases(trx: Transaction, fromId: string, intoId: string): Promise<void> {
  // Keys are of clients, so both accounts may have used the same one: its order has its own id for a key then.
  await trx.raw(
    `UPDATE orders LEFT JOIN orders others ON others.user_id = ? AND others.order_key = orders.order_key
     SET orders.user_id = ?, orders.order_key = IF(others.id IS NULL, orders.order_key, orders.id)
     WHERE orders.user_id = ?`,
    [intoId, intoId, fromId],
  );
  // Read and inserted: the numbers go on behind those that are there.
  await trx.raw(
    `INSERT INTO voucher_uses (code_hash, user_id, number, used_at)
     SELECT moved.code_hash, ?, moved.number + COALESCE(
       (SELECT MAX(kept.number) FROM voucher_uses kept WHERE kept.code_hash = moved.code_hash AND kept.user_id = ?), 0),
       moved.used_at
     FROM voucher_uses moved WHERE moved.user_id = ?`,
    [intoId, intoId, fromId],
  );
  await trx('voucher_uses').where({ userId: fromId }).delete();
}

/**
 * Joins an account that was made by a first use in Discord or a sign-in elsewhere into another: its identities, tasks, assets and credits
 * become the other's, and the account is closed. Its keys and sessions end: their holders have never signed in to the
 * other account.
 * @returns the changed credentials, to be revoked after the commit; then `moveJoined` moves what the account made.
 * @throws Problem `forbidden` for an account with a name and password of its own, with more rights than a user's, or
 * with unfinished tasks, whose held credits belong to them.
 */
export async function joinAccounts(
  deps: { clock: Clock },
  trx: Transaction,
  fromId: string,
  intoId: string,
): Promise<CredentialName[]> {
  const from = await User.query(trx).findById(fromId).whereNull('disabledAt').forUpdate();
  if (!from) throw new Problem('forbidden', 'The account of this code cannot be merged with yours.');
  if (from.username !== null)
    throw new Problem(
      'forbidden',
      'The account of this code has its own user name. Sign out, then use the code to sign in to it.',
    );
  if (from.role !== 'user' && !(await isRoleGiven(trx, from)))
    throw new Problem(
      'forbidden',
      'The account of this code has more rights than a user. Ask an administrator to take them away, then merge it.',
    );
  // Before the balances, as an acceptance does.
  await joinMemberDays(trx, fromId, intoId);
  await joinPersonDays(trx, fromId, intoId);
  await moveCredits(deps, trx, fromId, intoId);
  const changed = await listCredentials(trx, fromId);
  const now = deps.clock.now();
  await Identity.query(trx).where({ userId: fromId }).patch({ userId: intoId });
  await SignInTry.query(trx).where({ userId: fromId }).patch({ userId: intoId });
  await ApiKey.query(trx)
    .where({ userId: fromId })
    .whereIn('kind', ['user', 'program'])
    .whereNull('revokedAt')
    .patch({ revokedAt: now });
  // Service keys belong to the platform; they only need an existing owner.
  await ApiKey.query(trx).where({ userId: fromId, kind: 'service' }).patch({ userId: intoId });
  await noteJoin(trx, { fromId, intoId, joinedAt: now });
  await joinCollections(trx, fromId, intoId);
  await joinGroups(trx, fromId, intoId);
  await joinProjects(trx, fromId, intoId);
  await joinPolicies(deps, trx, from, intoId);
  await joinPurchases(trx, fromId, intoId);
  await joinWebhooks(trx, fromId, intoId, now);
  await joinPreferences(trx, fromId, intoId);
  await joinPresets(trx, fromId, intoId);
  await joinDrafts(trx, fromId, intoId);
  // What is known about a person does not get lost by joining.
  await PersonNote.query(trx).where({ userId: fromId }).patch({ userId: intoId });
  await joinStars(trx, fromId, intoId);
  await joinPublications(trx, fromId, intoId);
  await joinSafety(trx, fromId, intoId);
  // The other account's person has shown nothing about this address.
  await forgetEmail(trx, fromId);
  await Session.query(trx).where({ userId: fromId }).whereNull('revokedAt').patch({ revokedAt: now });
  await User.query(trx).findById(fromId).patch({ mergedInto: intoId, disabledAt: now });
  return changed;
}

async function joinGroups(trx: Transaction, fromId: string, intoId: string): Promise<void> {
  await trx.raw('UPDATE IGNORE group_members SET user_id = ? WHERE user_id = ?', [intoId, fromId]);
  await GroupMember.query(trx).where({ userId: fromId }).delete();
}

/** The other is in what one was in, except what is theirs then. */
async function joinProjects(trx: Transaction, fromId: string, intoId: string): Promise<void> {
  await Project.query(trx).where({ userId: fromId }).patch({ userId: intoId });
  await trx.raw('UPDATE IGNORE project_members SET user_id = ? WHERE user_id = ?', [intoId, fromId]);
  const own = Project.query(trx).where({ userId: intoId }).select('id');
  await ProjectMember.query(trx)
    .where({ userId: fromId })
    .orWhere((theirs) => theirs.where({ userId: intoId }).whereIn('projectId', own))
    .delete();
}

/** A role that a provider's groups gave: the next sign-in there gives it to the other account. */
const isRoleGiven = async (trx: Transaction, { id, role }: User): Promise<boolean> =>
  (await Identity.query(trx).where({ userId: id, givenRole: role }).resultSize()) > 0;

async function moveCredits(
  deps: { clock: Clock },
  trx: Transaction,
  fromId: string,
  intoId: string,
): Promise<void> {
  const balance = await Balance.query(trx).findById(fromId).forUpdate();
  invariant(balance, `user ${fromId} has no balance row`);
  if (balance.openTasks > 0)
    throw new Problem(
      'forbidden',
      'The other account has unfinished tasks. Wait until they are done, or cancel them.',
    );
  await joinUnpaid(trx, balance, intoId);
  const { available: amount, debt } = balance;
  if (amount === 0 && debt === 0) return;
  const businessKey = `merge:${fromId}`;
  const entries: TransferEntry[] = [
    { account: 'available', userId: fromId, amount: -amount },
    { account: 'available', userId: intoId, amount },
    { account: 'debt', userId: fromId, amount: debt },
    { account: 'debt', userId: intoId, amount: -debt },
  ];
  await postTransfer(trx, {
    businessKey,
    kind: 'merge',
    userId: intoId,
    actorId: fromId,
    amount,
    reason: 'accounts joined',
    entries: entries.filter((entry) => entry.amount !== 0),
    at: deps.clock.now(),
  });
  await moveLocks(trx, fromId, intoId);
  await payDebt(deps, trx, intoId, businessKey);
}

/**
 * Whoever made one may have had a key of the other account alone: its owner decides what it may hear of this one. Only
 * the newest of them, as many as a person may have: what is beyond that is not listed, so nobody could delete it.
 */
async function joinWebhooks(trx: Transaction, fromId: string, intoId: string, now: Date): Promise<void> {
  // The lock under which a person's webhooks are counted.
  await User.query(trx).findById(intoId).select('id').forUpdate();
  const own = await Webhook.query(trx).where({ userId: intoId }).resultSize();
  const moved = await Webhook.query(trx).select('id').where({ userId: fromId }).orderBy('id', 'desc');
  const beyond = moved.slice(Math.max(0, webhooksPerPerson - own)).map(({ id }) => id);
  if (beyond.length > 0) await Webhook.query(trx).findByIds(beyond).delete();
  await Webhook.query(trx).where({ userId: fromId }).patch({ userId: intoId, disabledAt: now });
}

async function listCredentials(trx: Transaction, userId: string): Promise<CredentialName[]> {
  const identities = await Identity.query(trx).where({ userId });
  const keys = await ApiKey.query(trx).select('id').where({ userId }).whereNull('revokedAt');
  const sessions = await Session.query(trx).select('id').where({ userId }).whereNull('revokedAt');
  return [
    { kind: 'user', id: userId },
    ...identities.map(({ provider, subject }) => ({
      kind: 'identity' as const,
      id: `${provider}:${subject}`,
    })),
    ...keys.map(({ id }) => ({ kind: 'key' as const, id })),
    ...sessions.map(({ id }) => ({ kind: 'session' as const, id })),
  ];
}
