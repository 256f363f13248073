import { type Actor, noteKeyOf, recordAct } from '../../ground/audit.ts';
import { type Database, inTransaction } from '../../ground/db/connect.ts';
import { Invite } from '../../ground/db/models/invite.ts';
import { createWrittenCode, hashWrittenCode } from '../../ground/encryption/writtenCode.ts';
import { Problem } from '../../ground/errors.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import { isId, newId } from '../../ground/runtime/ids.ts';

interface Deps {
  database: Database;
  clock: Clock;
}

type NewInvite = Pick<Invite, 'note' | 'uses' | 'expiresAt'>;

/** Makes a code. It is shown only here: if the answer is lost, withdraw the invite and make another. */
export async function createInvite(
  deps: Deps,
  actor: Actor,
  invite: NewInvite,
): Promise<{ invite: Invite; code: string }> {
  const id = newId();
  const code = createWrittenCode();
  const row = await inTransaction(deps.database, async (trx) => {
    const codeHash = hashWrittenCode(code);
    const row = await Invite.query(trx).insertAndFetch({
      id,
      codeHash,
      ...invite,
      createdAt: deps.clock.now(),
    });
    const data = { before: null, after: invite, ...noteKeyOf(actor) };
    await recordAct(deps, trx, {
      actorId: actor.id,
      action: 'invites.create',
      target: `invites:${id}`,
      data,
    });
    return row;
  });
  return { invite: row, code };
}

/** Newest first; `beforeId` continues a page. */
export async function listInvites(
  database: Database,
  page: { limit: number; beforeId?: string },
): Promise<Invite[]> {
  const query = Invite.query(database).orderBy('id', 'desc').limit(page.limit);
  return page.beforeId === undefined ? query : query.where('id', '<', page.beforeId);
}

/** Nobody can register by it any more; accounts that it made stay. A repeat changes nothing. @throws `not-found`. */
export async function withdrawInvite(deps: Deps, actor: Actor, id: string): Promise<void> {
  await inTransaction(deps.database, async (trx) => {
    const invite = isId(id) ? await Invite.query(trx).findById(id).forUpdate() : undefined;
    if (!invite) throw new Problem('not-found', 'There is no such invite.');
    if (invite.withdrawnAt) return;
    const withdrawnAt = deps.clock.now();
    await invite.$query(trx).patch({ withdrawnAt });
    const { used } = invite;
    const data = { before: { withdrawnAt: null, used }, after: { withdrawnAt, used }, ...noteKeyOf(actor) };
    await recordAct(deps, trx, {
      actorId: actor.id,
      action: 'invites.withdraw',
      target: `invites:${id}`,
      data,
    });
  });
}
