import { type Actor, noteKeyOf, recordAct } from '../../ground/audit.ts';
import { type Database, inTransaction, isDuplicateEntry } from '../../ground/db/connect.ts';
import { PersonNote, type User } from '../../ground/db/models/user.ts';
import { Problem } from '../../ground/errors.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import { newId } from '../../ground/runtime/ids.ts';
import { requireUser } from '../../people/identity/accounts/changeAccount.ts';
import { type Reach, requireReach } from './people.ts';

/*
 * Notes are for those who look after people, and never for the person: nobody reads those about themselves, whatever
 * their role, and an export of a person's data leaves them out.
 */

type ReachingActor = Actor & { reach: Reach };

/** Newest first; `beforeId` continues a page. @throws Problem `not-found`; `forbidden` for one's own. */
export async function listNotes(
  database: Database,
  actor: ReachingActor,
  userId: string,
  page: { limit: number; beforeId?: string },
): Promise<PersonNote[]> {
  await requireNotable(database, actor, userId);
  const query = PersonNote.query(database).where({ userId }).orderBy('id', 'desc').limit(page.limit);
  return page.beforeId === undefined ? query : query.where('id', '<', page.beforeId);
}

/**
 * Adds a note. The same key of the same author adds it once.
 * @throws Problem `not-found`; `forbidden` for one's own; `idempotency-conflict` for a key that added another note.
 */
export async function addNote(
  deps: { database: Database; clock: Clock },
  actor: ReachingActor,
  userId: string,
  { text, key }: { text: string; key: string },
): Promise<PersonNote> {
  await requireNotable(deps.database, actor, userId);
  const note = { id: newId(), userId, authorId: actor.id, noteKey: key, text, createdAt: deps.clock.now() };
  try {
    return await inTransaction(deps.database, async (trx) => {
      const added = await PersonNote.query(trx).insertAndFetch(note);
      // The text stays in the note: the audit is read by more people.
      const data = { note: note.id, ...noteKeyOf(actor) };
      await recordAct(deps, trx, { actorId: actor.id, action: 'user.note', target: `user:${userId}`, data });
      return added;
    });
  } catch (error) {
    if (!isDuplicateEntry(error)) throw error;
    const known = await PersonNote.query(deps.database).findOne({ authorId: actor.id, noteKey: key });
    if (known?.userId === userId && known.text === text) return known;
    throw new Problem('idempotency-conflict', 'You used this key for another note. Choose another key.', {
      cause: error,
    });
  }
}

async function requireNotable(database: Database, actor: ReachingActor, userId: string): Promise<User> {
  const user = await requireUser(database, userId);
  if (actor.id === userId) throw new Problem('forbidden', 'Notes about yourself are not for you.');
  requireReach(actor.reach, user, {});
  return user;
}
