import { type Database, inTransaction, type Transaction } from '../../../ground/db/connect.ts';
import { Preset, User } from '../../../ground/db/models/user.ts';
import { Problem } from '../../../ground/errors.ts';
import { newId } from '../../../ground/runtime/ids.ts';

const presetsPerPerson = 200;

export const listPresets = async (database: Database, userId: string): Promise<Preset[]> =>
  Preset.query(database).where({ userId }).orderBy(['workflow', 'name']);

/**
 * Keeps settings under a name; those of the same workflow and name give way.
 * @throws Problem `quota-exceeded`.
 */
export async function putPreset(
  database: Database,
  userId: string,
  { draft, ...named }: Pick<Preset, 'workflow' | 'name' | 'draft'>,
): Promise<Preset> {
  return inTransaction(database, async (trx) => {
    // The account's row is the lock under which the person's presets are counted.
    await User.query(trx).findById(userId).select('id').forUpdate();
    const present = await Preset.query(trx).findOne({ userId, ...named });
    if (present) return Preset.query(trx).patchAndFetchById(present.id, { draft });
    if ((await Preset.query(trx).where({ userId }).resultSize()) >= presetsPerPerson)
      throw new Problem(
        'quota-exceeded',
        `You have ${presetsPerPerson} presets. Delete one that you no longer need.`,
      );
    return Preset.query(trx).insertAndFetch({ id: newId(), userId, ...named, draft });
  });
}

/** @throws Problem `not-found`. */
export async function deletePreset(database: Database, userId: string, id: string): Promise<void> {
  if ((await Preset.query(database).where({ id, userId }).delete()) === 0)
    throw new Problem('not-found', 'There is no such preset.');
}

/** When accounts are joined: of two of one name, that of the account that stays. */
export async function joinPresets(trx: Transaction, fromId: string, intoId: string): Promise<void> {
  const nameOf = ({ workflow, name }: Preset) => `${workflow} ${name}`;
  const kept = new Set((await Preset.query(trx).where({ userId: intoId }).forUpdate()).map(nameOf));
  for (const preset of await Preset.query(trx).where({ userId: fromId }).forUpdate())
    if (kept.has(nameOf(preset))) await Preset.query(trx).deleteById(preset.id);
    else await Preset.query(trx).findById(preset.id).patch({ userId: intoId });
}
