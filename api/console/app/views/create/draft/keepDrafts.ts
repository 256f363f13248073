import { ClientProblem, Unreachable } from '@star-graph/client/clientProblem';
import { isInDiscord } from '../../../activity/inDiscord.ts';
import { api, session } from '../../../session/session.ts';
import { changesOf, moved, noteKept, openDrafts } from './drafts.ts';

let isKeeping = false;
let isAgain = false;

/**
 * Writes to the account what this tab has changed, value by value: what another browser has written meanwhile stays,
 * but for the same value. What cannot be written now stays in this tab, for the next time.
 */
export async function keepDrafts(): Promise<void> {
  isAgain = true;
  if (isKeeping) return;
  isKeeping = true;
  try {
    while (isAgain) {
      isAgain = false;
      await keepAll();
    }
  } catch (error) {
    if (!(error instanceof ClientProblem || error instanceof Unreachable)) throw error;
  } finally {
    isKeeping = false;
  }
}

async function keepAll(): Promise<void> {
  const now = session.value;
  // In a channel of Discord others may look on: what is written at home is not shown there, nor the other way round.
  if (now.state !== 'signedIn' || isInDiscord) return;
  const userId = now.profile.id;
  const last = moved.get(userId);
  // Those beside a canvas are of their tab alone. Who moved on last is written last, and so is the last one there.
  const own = [...openDrafts.values()].filter((one) => one.userId === userId && !one.workflow.includes(' '));
  for (const open of own.toSorted((a, b) => Number(a.workflow === last) - Number(b.workflow === last))) {
    const { workflow } = open;
    const draft = open.draft.value;
    const changes = changesOf(open.kept, draft);
    if (changes || workflow === last) await api.changeDraft({ body: { workflow, ...changes } });
    noteKept(open, draft);
    if (workflow === last && moved.get(userId) === last) moved.delete(userId);
  }
}
