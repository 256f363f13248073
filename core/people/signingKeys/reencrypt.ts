import type { Logger } from 'pino';
import type { Database } from '../../ground/db/connect.ts';
import { Setting } from '../../ground/db/models/operation.ts';
import { KeyMissing, type KeyRing, Undecipherable } from '../../ground/encryption/keyRing.ts';
import {
  type SealedColumn,
  type SecretPurpose,
  sealedColumns,
  secretPurposes,
} from '../../ground/encryption/sealedColumns.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import { keepSealKeys } from './sealKeys.ts';

/*
 * Encrypts with the first data key what older keys encrypted, and what earlier releases stored as it is. Each secret is
 * replaced only where it is still what was read, so a change that comes meanwhile wins. It may be cut off anywhere and
 * begun again, by any number of processes: a secret that has the first key is passed over.
 */

interface Deps {
  database: Database;
  clock: Pick<Clock, 'now' | 'monotonicMs'>;
  keyRing: KeyRing;
  log: Pick<Logger, 'warn'>;
}

interface Reencryption {
  /** The first key, which all have now but those below. */
  first: string;
  rewritten: number;
  /** Secrets that older keys still encrypt, by the key; a key that is not here is not needed any more. */
  held: Record<string, number>;
  /** Secrets whose key is missing or wrong, as `purpose row`; at most a hundred. */
  unreadable: string[];
  /** False: the time was over. Begin again. */
  isComplete: boolean;
}

interface Finding extends Pick<Reencryption, 'held' | 'unreadable'> {
  rewritten: number;
}

const atOnce = 200;
const mostNamed = 100;
const settingName = 'data-keys';

/** @param budgetMs after which it stops. @returns undefined without a data key. */
export async function reencrypt(
  deps: Deps,
  signal: AbortSignal,
  budgetMs = Number.POSITIVE_INFINITY,
): Promise<Reencryption | undefined> {
  const [first] = deps.keyRing.kids;
  if (first === undefined) return undefined;
  const endMs = deps.clock.monotonicMs() + budgetMs;
  await keepSealKeys(deps);
  const finding: Finding = { rewritten: 0, held: {}, unreadable: [] };
  for (const purpose of secretPurposes)
    for (let after: string[] | undefined = []; after !== undefined; ) {
      signal.throwIfAborted();
      if (deps.clock.monotonicMs() > endMs) return { first, ...finding, isComplete: false };
      after = await rewritePage(deps, purpose, after, finding);
    }
  const done = { first, ...finding, isComplete: true };
  await noteResult(deps, done);
  if (done.unreadable.length > 0)
    deps.log.warn({ secrets: done.unreadable }, 'secrets cannot be read: their key is missing or wrong');
  return done;
}

/** @returns where the next page begins; undefined after the last. */
async function rewritePage(
  { database, keyRing }: Deps,
  purpose: SecretPurpose,
  after: readonly string[],
  finding: Finding,
): Promise<string[] | undefined> {
  const { table, row, column, plainPrefix }: SealedColumn = sealedColumns[purpose];
  const names = row.map((name) => database.raw('?? AS ??', [name, `row_${name}`]));
  const query = database(table)
    .select(...names, database.raw('?? AS sealed', [column]))
    .orderBy([...row])
    .limit(atOnce);
  const [only] = row;
  if (after.length === 1) query.where(only, '>', after[0] ?? '');
  else if (after.length > 1)
    query.whereRaw(`(${row.map(() => '??').join()}) > (${row.map(() => '?').join()})`, [...row, ...after]);
  const rows: { sealed: string | null }[] = await query;
  let last: string[] | undefined;
  for (const { sealed, ...named } of rows) {
    const values = Object.values(named).map(String);
    last = values;
    if (sealed === null) continue;
    const isPlain = plainPrefix !== undefined && sealed.startsWith(plainPrefix);
    const place = { purpose, row: values.join(':') };
    const next = isPlain ? keyRing.encrypt(sealed, place) : encryptAnew(keyRing, sealed, place, finding);
    if (next === undefined) continue;
    const where = Object.fromEntries(row.map((name, index) => [name, values[index] ?? '']));
    const changed = await database(table)
      .where(where)
      .where(column, sealed)
      .update({ [column]: next });
    // Somebody else wrote it meanwhile, perhaps with an older key: the next run sees.
    if (changed === 0) note(finding, kidOf(sealed));
    else finding.rewritten += 1;
  }
  return rows.length < atOnce ? undefined : last;
}

function encryptAnew(
  keyRing: KeyRing,
  sealed: string,
  place: { purpose: SecretPurpose; row: string },
  finding: Finding,
): string | undefined {
  try {
    if (keyRing.isCurrent(sealed)) return undefined;
    return keyRing.encrypt(keyRing.decrypt(sealed, place), place);
  } catch (error) {
    if (!(error instanceof KeyMissing) && !(error instanceof Undecipherable)) throw error;
    note(finding, kidOf(sealed));
    if (finding.unreadable.length < mostNamed) finding.unreadable.push(`${place.purpose} ${place.row}`);
    return undefined;
  }
}

const kidOf = (sealed: string): string => sealed.split('.')[1] ?? '';

function note({ held }: Finding, kid: string): void {
  held[kid] = (held[kid] ?? 0) + 1;
}

/** The last complete run, with its time. */
type LastReencryption = Reencryption & { at: string };

async function noteResult({ database, clock }: Deps, done: Reencryption): Promise<void> {
  const now = clock.now();
  const value: LastReencryption = { ...done, at: now.toISOString() };
  const row = { name: settingName, value: JSON.stringify(value), updatedAt: now };
  await database(Setting.tableName).insert(row).onConflict('name').merge();
}

export async function findLastReencryption(database: Database): Promise<LastReencryption | undefined> {
  const setting = await Setting.query(database).findById(settingName);
  return setting?.value as LastReencryption | undefined;
}
