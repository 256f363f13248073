import { z } from 'zod';
import type { Database } from '../../ground/db/connect.ts';
import { Setting } from '../../ground/db/models/operation.ts';
import type { AgeCut } from './cutByAge.ts';

const heldCutSchema = z.object({ table: z.string(), due: z.int(), total: z.int() });

/** A table of which a larger share is due than may go unasked: its rows are many, or a clock is wrong. */
export type HeldCut = z.output<typeof heldCutSchema>;

/** So few are gone soon, and no sign of a wrong clock. */
const fewRows = 1_000;

/** Which cuts are held, for the doctor. */
const settingName = 'retention-held';

/** @returns undefined where no more is due than may go. */
export async function findHeldCut(
  database: Database,
  { table, column, before, skip }: AgeCut,
  mostPercent: number,
): Promise<HeldCut | undefined> {
  if (mostPercent >= 100) return undefined;
  const total = await estimateRows(database, table);
  const most = Math.max(fewRows, Math.floor((total * mostPercent) / 100));
  const due = database(table)
    .select('id')
    .where(column, '<', before)
    .limit(most + 1);
  skip?.(due);
  const [counted] = (await database.count({ rows: '*' }).from(due.as('due'))) as [{ rows: number }];
  return Number(counted.rows) > most ? { table, due: most, total } : undefined;
}

/** Of the server's statistics: a count reads every row. */
async function estimateRows(database: Database, table: string): Promise<number> {
  const [[row]] = (await database.raw(
    'SELECT table_rows AS total FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ?',
    [table],
  )) as [[{ total: number } | undefined]];
  return Number(row?.total ?? 0);
}

export async function keepHeld(database: Database, held: readonly HeldCut[]): Promise<void> {
  const kept = { name: settingName, value: JSON.stringify(held), updatedAt: database.raw('NOW(3)') };
  if (held.length === 0) await database(Setting.tableName).where({ name: settingName }).delete();
  else await database(Setting.tableName).insert(kept).onConflict('name').merge();
}

export async function listHeld(database: Database): Promise<HeldCut[]> {
  const setting = await Setting.query(database).findById(settingName);
  return z.array(heldCutSchema).catch([]).parse(setting?.value);
}
