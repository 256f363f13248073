import { type Database, inTransaction, type Transaction } from '../../../ground/db/connect.ts';
import { Draft, User } from '../../../ground/db/models/user.ts';
import { Problem } from '../../../ground/errors.ts';
import type { Clock } from '../../../ground/runtime/clock.ts';

const draftsPerPerson = 20;

type Values = Readonly<Record<string, unknown>>;

interface DraftContent {
  values: Values;
  tuning: Readonly<Record<string, Values>>;
}

/** Absent values stay; null removes one. */
type DraftChange = { [part in keyof DraftContent]?: DraftContent[part] | undefined } & { workflow: string };

/** The one changed last first. */
export async function listDrafts(database: Database, userId: string): Promise<Draft[]> {
  const drafts = await Draft.query(database).where({ userId });
  return drafts.toSorted((a, b) => b.changedAt.getTime() - a.changedAt.getTime());
}

/**
 * Changes the named values alone, so that two browsers take nothing from each other but the value that both have
 * written: the later one holds.
 * @throws Problem `invalid-params` for what would be longer than this.
 */
export async function changeDraft(
  deps: { database: Database; clock: Clock },
  userId: string,
  { workflow, ...change }: DraftChange,
  mostCharacters: number,
): Promise<Draft> {
  return inTransaction(deps.database, async (trx) => {
    // The account's row is the lock under which the person's drafts are counted.
    await User.query(trx).findById(userId).select('id').forUpdate();
    const drafts = await listDrafts(trx, userId);
    const present = drafts.find((one) => one.workflow === workflow);
    const draft = JSON.stringify(merge(present && (JSON.parse(present.draft) as DraftContent), change));
    if (draft.length > mostCharacters)
      throw new Problem('invalid-params', `Fill in at most ${mostCharacters} characters.`);
    const changedAt = deps.clock.now();
    if (present) return Draft.query(trx).patchAndFetchById([userId, workflow], { draft, changedAt });
    for (const { workflow: oldest } of drafts.slice(draftsPerPerson - 1))
      await Draft.query(trx).deleteById([userId, oldest]);
    return Draft.query(trx).insertAndFetch({ userId, workflow, draft, changedAt });
  });
}

function merge(
  present: DraftContent = { values: {}, tuning: {} },
  { values, tuning = {} }: Omit<DraftChange, 'workflow'>,
): DraftContent {
  const tuned = Object.entries(tuning).map(([name, change]) => [
    name,
    mergeValues(present.tuning[name], change),
  ]);
  return {
    values: mergeValues(present.values, values),
    tuning: { ...present.tuning, ...Object.fromEntries(tuned) },
  };
}

const mergeValues = (present: Values = {}, change: Values = {}): Values =>
  Object.fromEntries(Object.entries({ ...present, ...change }).filter(([, value]) => value !== null));

/** When accounts are joined: of two for one workflow, that of the account that stays. */
export async function joinDrafts(trx: Transaction, fromId: string, intoId: string): Promise<void> {
  const kept = new Set((await listDrafts(trx, intoId)).map(({ workflow }) => workflow));
  for (const { workflow } of await listDrafts(trx, fromId))
    if (kept.has(workflow) || kept.size >= draftsPerPerson)
      await Draft.query(trx).deleteById([fromId, workflow]);
    else {
      await Draft.query(trx).findById([fromId, workflow]).patch({ userId: intoId });
      kept.add(workflow);
    }
}
