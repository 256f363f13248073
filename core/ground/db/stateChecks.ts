import { taskStatuses } from '@star-graph/workflows/shared/taskStatuses';
import type { Database } from './connect.ts';
import { attemptStates, backendStates, recycleStates } from './models/backend.ts';
import { erasureStates } from './models/erasure.ts';
import { galleryStates } from './models/gallery.ts';
import { orderStates } from './models/payment.ts';
import { appealStates, quarantineStates, reportStates } from './models/quarantine.ts';
import { warmUpStates } from './models/warmUp.ts';

/*
 * A column of states holds only words that a release knows: a CHECK costs some 15 µs a row, a few in a thousand of a
 * task's statements, and needs no right. To add one copies the whole table under a lock in MariaDB, so it is done where a table has few rows, as
 * in every new installation; the doctor says how to do it in a quiet hour elsewhere. A release with a new state drops the
 * constraint in its migration, and adds it again.
 */

const checks = [
  { table: 'tasks', column: 'status', words: taskStatuses },
  { table: 'attempts', column: 'state', words: attemptStates },
  { table: 'backends', column: 'state', words: backendStates },
  { table: 'backends', column: 'recycle_state', words: recycleStates },
  { table: 'orders', column: 'state', words: orderStates },
  { table: 'quarantines', column: 'state', words: quarantineStates },
  { table: 'quarantines', column: 'appeal_state', words: appealStates },
  { table: 'reports', column: 'state', words: reportStates },
  { table: 'erasures', column: 'state', words: erasureStates },
  { table: 'warm_ups', column: 'state', words: warmUpStates },
  { table: 'gallery_entries', column: 'state', words: galleryStates },
] as const;

type StateCheck = (typeof checks)[number];

/** Copied in less than the time for which a process may wait. */
const fewRows = 100_000;

const nameOf = ({ table, column }: StateCheck): string => `${table}_${column}_known`;

/** One of several words; NULL passes a CHECK. */
const isKnown = ({ column, words }: StateCheck): string =>
  `${column} IN (${words.map((word) => `'${word}'`).join(', ')})`;

const addSql = (check: StateCheck): string =>
  `ALTER TABLE ${check.table} ADD CONSTRAINT ${nameOf(check)} CHECK (${isKnown(check)})`;

/** The statements that add what is missing. */
export async function listUnchecked(database: Database): Promise<string[]> {
  return (await listMissing(database)).map(addSql);
}

async function listMissing(database: Database): Promise<StateCheck[]> {
  const [rows] = (await database.raw(
    `SELECT constraint_name AS name FROM information_schema.table_constraints
     WHERE constraint_schema = DATABASE() AND constraint_type = 'CHECK'`,
  )) as [{ name: string }[]];
  const made = new Set(rows.map(({ name }) => name));
  return checks.filter((check) => !made.has(nameOf(check)));
}

/** Where the table has few rows, all in known states. */
export async function addStateChecks(database: Database): Promise<void> {
  for (const check of await listMissing(database))
    if (await isSmallAndKnown(database, check)) await database.raw(addSql(check));
}

async function isSmallAndKnown(database: Database, check: StateCheck): Promise<boolean> {
  const [few] = (await database.raw(`SELECT 1 FROM ${check.table} LIMIT ${fewRows}, 1`)) as [unknown[]];
  if (few.length > 0) return false;
  const [unknown] = (await database.raw(
    `SELECT 1 FROM ${check.table} WHERE NOT (${isKnown(check)}) LIMIT 1`,
  )) as [unknown[]];
  return unknown.length === 0;
}
