import type { PersonNoteView } from '@star-graph/contract/admin/personNotes';
import { type FailedFrom, readFailedSignIns } from '@star-graph/core/desk/people/failedSignIns';
import { listUsernames } from '@star-graph/core/desk/people/people';
import { addNote, listNotes } from '@star-graph/core/desk/people/personNotes';
import { endSessionsOf, listSessionsOf } from '@star-graph/core/desk/people/personSessions';
import type { PersonNote } from '@star-graph/core/ground/db/models/user';
import type { ApiDeps } from '../../apiDeps.ts';
import { presentSessions } from '../auth/authHandlers.ts';
import { defineHandlers } from '../handler.ts';
import { pageById } from '../pages.ts';
import { reachingActorOf } from './actorOf.ts';

export const createPersonHandlers = (
  deps: Pick<ApiDeps, 'database' | 'redis' | 'prefix' | 'clock' | 'log'>,
) =>
  defineHandlers({
    async adminReadFailedSignIns() {
      const { accounts, addresses, ...counts } = await readFailedSignIns(deps);
      const present = <From extends FailedFrom>({ lastAt, ...one }: From) => ({
        ...one,
        lastAt: lastAt.toISOString(),
      });
      return { ...counts, accounts: accounts.map(present), addresses: addresses.map(present) };
    },
    adminListSessions({ params, query, caller }) {
      const current = caller.kind === 'session' ? caller.sessionId : undefined;
      return pageById(query, {
        list: (page) => listSessionsOf(deps, reachingActorOf(caller), params.id, page),
        idOf: ({ id }) => id,
        present: (sessions) => presentSessions(deps, sessions, current),
      });
    },
    async adminDeleteSessions({ params, caller }) {
      await endSessionsOf(deps, reachingActorOf(caller), { userId: params.id });
      return undefined;
    },
    async adminDeleteSession({ params, caller }) {
      await endSessionsOf(deps, reachingActorOf(caller), { userId: params.id, id: params.sessionId });
      return undefined;
    },
    adminListNotes({ params, query, caller }) {
      return pageById(query, {
        list: (page) => listNotes(deps.database, reachingActorOf(caller), params.id, page),
        idOf: ({ id }) => id,
        present: (notes) => presentNotes(deps, notes),
      });
    },
    async adminAddNote({ params, body, caller }) {
      const note = await addNote(deps, reachingActorOf(caller), params.id, body);
      const [view] = await presentNotes(deps, [note]);
      return view as PersonNoteView;
    },
  });

async function presentNotes(
  { database }: Pick<ApiDeps, 'database'>,
  notes: readonly PersonNote[],
): Promise<PersonNoteView[]> {
  const names = await listUsernames(
    database,
    notes.map(({ authorId }) => authorId),
  );
  return notes.map(({ id, authorId, text, createdAt }) => ({
    id,
    authorId,
    author: names.get(authorId) ?? null,
    text,
    createdAt: createdAt.toISOString(),
  }));
}
