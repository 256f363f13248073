import type { Knex } from 'knex';
import { type Database, inTransaction } from '../../ground/db/connect.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import { firstIdAt } from '../../ground/runtime/ids.ts';
import { isGrowing } from '../../people/identity/accounts/moveJoined.ts';

/*
 * A search looks for a part of a prompt, and no index serves that. So for each few hundred of a person's pictures, in the
 * order of their ids, a Bloom filter says which groups of up to three letters their prompts hold, and a search passes
 * over those that cannot match. Letters are compared by their weights in the collation of the search, so what it would
 * find is never passed over. The leader adds filters for pictures that are a day old; a search reads the newer ones.
 * Accepting and settling a task write none, and a filter takes 8 KB. Pictures that go leave their letters behind: a
 * search then looks in vain.
 */

const filterBytes = 8_192;
const filterBits = filterBytes * 8;
/** Fuller ones let too much through. */
const mostBits = filterBits * 0.4;
const probes = 3;
const longestGram = 3;

const picturesAFilter = 500;
/** A result has its id from before its row, and its dispatcher may wait for the database. */
const youngestMs = 24 * 3_600_000;
const usersARound = 200;
const filtersARound = 20;
const checksARound = 50;

/** How the search compares, of a text that need not be of its character set. */
export const comparable = (text: string): string =>
  `CONVERT(${text} USING utf8mb4) COLLATE utf8mb4_unicode_520_ci`;
const weightOf = (text: string): string => `WEIGHT_STRING(${comparable(text)})`;
export const promptText = "JSON_UNQUOTE(JSON_EXTRACT(tasks.params, '$.prompt'))";

/** The bits of a group of letters. */
function* bitsOf(weights: Buffer, at: number, length: number): Generator<number> {
  let one = length;
  let other = 0x9e3779b9;
  for (let byte = at; byte < at + length * 2; byte += 2) {
    const weight = weights.readUInt16BE(byte);
    one = Math.imul(one ^ weight, 0x01000193) >>> 0;
    other = Math.imul(other + weight, 0x85ebca6b) >>> 0;
    other = (other ^ (other >>> 13)) >>> 0;
  }
  for (let probe = 0; probe < probes; probe++)
    yield ((one ^ (one >>> 15)) + Math.imul(probe, other | 1)) & (filterBits - 1);
}

/** Adds all groups of a prompt's letters. @returns how many bits are new. */
function addPrompt(bits: Uint8Array, weights: Buffer): number {
  let added = 0;
  for (let length = 1; length <= longestGram; length++)
    for (let at = 0; at + length * 2 <= weights.length; at += 2)
      for (const bit of bitsOf(weights, at, length)) {
        const mask = 1 << (bit & 7);
        const byte = bits[bit >> 3] ?? 0;
        if ((byte & mask) !== 0) continue;
        bits[bit >> 3] = byte | mask;
        added += 1;
      }
  return added;
}

/** Enough to tell a word by. */
const mostGrams = 12;

/** The bits that all of a word's groups have. */
function bitsOfWord(weights: Buffer): number[] {
  const length = Math.min(longestGram, weights.length / 2);
  if (length === 0) return [];
  const bits = new Set<number>();
  for (let at = 0; at + length * 2 <= weights.length && at < mostGrams * 2; at += 2)
    for (const bit of bitsOf(weights, at, length)) bits.add(bit);
  return [...bits];
}

/** Of a person's pictures, those from `firstId` to `lastId`: no prompt of theirs holds all of the words. */
export interface Passed {
  firstId: string;
  lastId: string;
}

/** The newest first; none follows another at once. */
export async function listPassed(
  database: Database,
  userId: string,
  words: readonly string[],
): Promise<Passed[]> {
  const [[row]] = (await database.raw(
    `SELECT ${words.map((_, at) => `${weightOf('?')} AS word${at}`).join(', ')}`,
    [...words],
  )) as [[Record<string, Buffer>]];
  const bits = [...new Set(Object.values(row).flatMap(bitsOfWord))];
  if (bits.length === 0) return [];
  const holds = bits.map((bit) => `ORD(SUBSTRING(bits, ${(bit >> 3) + 1}, 1)) & ${1 << (bit & 7)} <> 0`);
  const filters: (Passed & { mayMatch: number })[] = await database('prompt_filters')
    .where({ userId })
    .orderBy('lastId', 'desc')
    .select('firstId', 'lastId', database.raw(`(${holds.join(' AND ')}) AS may_match`));
  const passed: Passed[] = [];
  let isOpen = false;
  for (const { firstId, lastId, mayMatch } of filters) {
    const last = passed.at(-1);
    // Each filter begins where the one before it ended.
    if (mayMatch === 0 && isOpen && last) last.firstId = firstId;
    else if (mayMatch === 0) passed.push({ firstId, lastId });
    isOpen = mayMatch === 0;
  }
  return passed;
}

interface Deps {
  database: Database;
  clock: Pick<Clock, 'now'>;
}

/** Adds the filters that are due, some at each run, and forgets those whose pictures are all gone. */
export function createPromptFilters(deps: Deps): { run(signal: AbortSignal): Promise<void> } {
  let after = '';
  let checked: FilterKey = { userId: '', lastId: '' };
  return {
    async run(signal) {
      checked = await forgetEmpty(deps.database, checked);
      const userIds: string[] = await deps
        .database('users')
        .where('id', '>', after)
        .orderBy('id')
        .limit(usersARound)
        .pluck('id');
      let rest = filtersARound;
      for (const userId of userIds) {
        while (rest > 0 && (await addFilter(deps, userId))) {
          signal.throwIfAborted();
          rest -= 1;
        }
        // The next run goes on with this person.
        if (rest === 0) return;
        after = userId;
      }
      if (userIds.length < usersARound) after = '';
    },
  };
}

interface FilterKey {
  userId: string;
  lastId: string;
}

/** Looks at the next filters after that one, and removes those whose pictures are all gone. @returns where it ended. */
async function forgetEmpty(database: Database, after: FilterKey): Promise<FilterKey> {
  const filters: (FilterKey & Passed)[] = await database
    .from(database.raw('prompt_filters FORCE INDEX (PRIMARY)'))
    .where('userId', '>=', after.userId)
    .where((rest) => rest.where('userId', '>', after.userId).orWhere('lastId', '>', after.lastId))
    .orderBy(['userId', 'lastId'])
    .limit(checksARound)
    .select('userId', 'firstId', 'lastId');
  for (const { userId, firstId, lastId } of filters) {
    const picture = await database
      .from(database.raw('assets FORCE INDEX (assets_user)'))
      .where({ userId })
      .whereBetween('id', [firstId, lastId])
      .first('id');
    if (!picture) await database('prompt_filters').where({ userId, lastId }).delete();
  }
  const last = filters.at(-1);
  return last && filters.length === checksARound
    ? { userId: last.userId, lastId: last.lastId }
    : { userId: '', lastId: '' };
}

/** @returns whether the person had pictures for one more. */
async function addFilter({ database, clock }: Deps, userId: string): Promise<boolean> {
  const lastId = await findLast(database, userId);
  const rows = await readPrompts(database, userId, {
    after: lastId,
    before: firstIdAt(clock.now().getTime() - youngestMs),
  });
  const [first] = rows;
  if (!first || rows.length < picturesAFilter) return false;
  const { bits, last } = fill(rows);
  const filter = { userId, firstId: first.id, lastId: last, bits: Buffer.from(bits) };
  return inTransaction(database, async (trx) => {
    // A join of another account brings pictures in between: it locks this row, and notes itself.
    await trx('users').where({ id: userId }).forUpdate().select('id');
    if (await isGrowing(trx, userId)) return false;
    if ((await findLast(trx, userId)) !== lastId) return false;
    await trx('prompt_filters').insert(filter);
    return true;
  });
}

const findLast = async (database: Database, userId: string): Promise<string> =>
  (await database('prompt_filters').where({ userId }).orderBy('lastId', 'desc').first('lastId'))?.lastId ??
  '';

interface Prompt {
  id: string;
  /** Null without a prompt. */
  weights: Buffer | null;
}

async function readPrompts(
  database: Database,
  userId: string,
  { after, before }: { after: string; before: string },
): Promise<Prompt[]> {
  const own = (): Knex.QueryBuilder =>
    database
      .from(database.raw('assets FORCE INDEX (assets_user)'))
      .where('assets.userId', userId)
      .where('assets.id', '>', after)
      .where('assets.id', '<', before)
      .orderBy('assets.id');
  // Most looks end here, by index entries alone.
  if (
    !(await own()
      .offset(picturesAFilter - 1)
      .first('assets.id'))
  )
    return [];
  return own()
    .leftJoin('tasks', 'tasks.id', 'assets.taskId')
    .limit(picturesAFilter)
    .select('assets.id', database.raw(`${weightOf(promptText)} AS weights`));
}

/** With as many of the pictures as it can tell apart. */
function fill(rows: readonly Prompt[]): { bits: Uint8Array; last: string } {
  const bits = new Uint8Array(filterBytes);
  let filled = 0;
  let last = '';
  for (const { id, weights } of rows) {
    filled += weights ? addPrompt(bits, weights) : 0;
    last = id;
    if (filled > mostBits) break;
  }
  return { bits, last };
}
