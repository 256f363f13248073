import type { Knex } from 'knex';
import type { Transaction } from './connect.ts';
import { commitSuffix } from './foldTransactions.ts';

/** A statement that is written and not yet sent. */
export interface Statement {
  toSQL(): { toNative(): { sql: string; bindings: readonly Knex.Value[] } };
}

/** What the server says to a statement: the rows of a SELECT by column, or the count of the rows that a write met. */
export type Answer = Record<string, unknown>[] | { affectedRows: number };

const readers = new WeakMap<Statement, (answer: Answer | undefined) => void>();
const guards = new WeakSet<Statement>();
const inserts = new WeakSet<Statement>();

/** Gives the answer of a statement to whoever wrote it, where another sends it. */
export function whenAnswered<One extends Statement>(
  statement: One,
  read: (answer: Answer | undefined) => void,
): One {
  readers.set(statement, read);
  return statement;
}

/**
 * Sends statements of which none needs the answer to another. On a connection of `inHotTransaction` they go in one
 * round trip; on others one after another, with the same effect. The first error ends the packet: the statements after
 * it do not run, and the transaction must be given up. The driver alone puts the values into the text.
 * @param commits whether the transaction ends with this packet: nothing may be sent, and nothing refused, after it.
 * @returns the answers in the order of the statements
 */
export async function sendPacket(
  trx: Transaction,
  statements: readonly Statement[],
  { commits = false }: { commits?: boolean } = {},
): Promise<Answer[]> {
  const answers = await sendAll(trx, statements, commits);
  for (const [at, statement] of statements.entries()) readers.get(statement)?.(answers[at]);
  return answers;
}

async function sendAll(
  trx: Transaction,
  statements: readonly Statement[],
  commits: boolean,
): Promise<Answer[]> {
  const isPacket = takesPackets(trx);
  const isInNext = (at: number) => isPacket && isGuardOfInsert(statements, at);
  const sent = [...statements.keys()].filter((at) => !isInNext(at));
  const compiled = sent.map((at) => {
    const { sql: text, bindings } = statements[at]?.toSQL().toNative() ?? { sql: '', bindings: [] };
    const sql = isInNext(at - 1) ? guarded(text) : text;
    const bytes = sql.length + bytesOf(bindings);
    // The server would close the connection while it is sent, as if it went away; and each next time.
    if (bytes > mostTakenBytes)
      throw new Error(`a statement of some ${bytes} bytes is larger than servers take`);
    return { sql, bindings, bytes };
  });
  if (!isPacket) {
    const answers: Answer[] = [];
    for (const { sql, bindings } of compiled) answers.push(await sendOne(trx, sql, bindings));
    return answers;
  }
  const trips = chunksOf(compiled, ({ bytes }) => bytes);
  const answers = await onConnection(trx, commits, async (connection) => {
    const all: Answer[] = [];
    for (const [at, trip] of trips.entries()) {
      const end = commits && at === trips.length - 1 ? commitSuffix : '';
      const sql = trip.map((one) => one.sql).join(';\n') + end;
      const bindings = trip.flatMap((one) => one.bindings);
      const answer = await sendText(trx, connection, sql, bindings);
      all.push(...(trip.length === 1 ? [answer] : (answer as unknown as Answer[])));
    }
    return all;
  });
  return [...statements.keys()].map((at) => (isInNext(at) ? [] : (answers.shift() ?? [])));
}

const isGuardOfInsert = (statements: readonly Statement[], at: number): boolean => {
  const [guard, next] = [statements[at], statements[at + 1]];
  return guard !== undefined && next !== undefined && guards.has(guard) && inserts.has(next);
};

/** An INSERT that ends the packet unless the statement before it met one row: it looks before its first value. */
const guarded = (sql: string): string => sql.replace('(?', `(IF(${oneRowMet}, ?, NULL)`);

/** True; it leaves the range of whole numbers otherwise: neither server has another way to refuse in a plain statement. */
const oneRowMet = '9223372036854775807 + (1 - ROW_COUNT())';

/** What is sent at once where there is a choice: a sixteenth of what `npm run doctor` asks the server to take. */
const mostBytes = 1024 * 1024;
/** What `npm run doctor` asks the server to take. */
const mostTakenBytes = 16 * mostBytes;
/** The columns of a table, and the marks for its values, are text too. */
const mostRows = 500;

/** About what the driver makes of them: it escapes text, and writes bytes as digits. */
function bytesOf(values: readonly unknown[]): number {
  let bytes = 0;
  for (const value of values) {
    const isLong = typeof value === 'string' || Buffer.isBuffer(value);
    bytes += isLong ? 2 * value.length + 4 : 24;
  }
  return bytes;
}

/** Rows in parts of which each is sent in one statement. */
export const chunksOfRows = <Row extends object>(rows: readonly Row[]): Row[][] =>
  chunksOf(rows, (row) => bytesOf(Object.values(row)), mostRows);

function chunksOf<One>(all: readonly One[], weigh: (one: One) => number, most = all.length): One[][] {
  const chunks: One[][] = [];
  let [chunk, bytes]: [One[], number] = [[], 0];
  for (const one of all) {
    const weight = weigh(one);
    if (chunk.length > 0 && (bytes + weight > mostBytes || chunk.length >= most)) {
      chunks.push(chunk);
      [chunk, bytes] = [[], 0];
    }
    chunk.push(one);
    bytes += weight;
  }
  if (chunk.length > 0) chunks.push(chunk);
  return chunks;
}

const takesPackets = (trx: Transaction): boolean => trx.client.config.connection.multipleStatements === true;

async function sendOne(trx: Transaction, sql: string, bindings: readonly Knex.Value[]): Promise<Answer> {
  const [answer] = (await trx.raw(sql, [...bindings])) as [Answer];
  return answer;
}

/** As `trx.raw`, which would read the whole text again for its placeholders. */
async function sendText(
  { client }: Transaction,
  connection: unknown,
  sql: string,
  bindings: readonly Knex.Value[] = [],
): Promise<Answer> {
  const { response } = await client.query(connection, { sql, bindings, options: {}, method: 'raw' });
  return response[0];
}

/** Those of `inOnePacket` that have sent it. */
const over = new WeakSet<Transaction>();

/** On the connection of the transaction; of `inOnePacket` on one that begins it and ends it. */
async function onConnection<Result>(
  trx: Transaction,
  commits: boolean,
  send: (connection: unknown) => Promise<Result>,
): Promise<Result> {
  const { client } = trx;
  if (trx.isTransaction) return send(await client.acquireConnection());
  if (!commits || over.has(trx)) throw new Error('it is one packet, and commits');
  over.add(trx);
  const connection = await client.acquireConnection();
  try {
    await sendText(trx, connection, 'BEGIN;');
    return await send(connection);
  } catch (error) {
    // Of a transaction that cannot be rolled back nothing may stay: the server does it when the connection ends.
    await sendText(trx, connection, 'ROLLBACK;').catch(() => connection.stream.destroy(error));
    throw error;
  } finally {
    client.releaseConnection(connection);
  }
}

const insertTexts = new Map<string, string>();
/** Texts are kept for so few rows; what has more is written each time. */
const mostKeptRows = 8;

/** INSERT of rows with the same columns, in as many statements as their bytes need. */
export const insertAll = (trx: Transaction, table: string, rows: readonly NewRow[]): Statement[] =>
  chunksOfRows(rows).map((chunk) => insertInto(trx, table, chunk));

type NewRow = Readonly<Record<string, Knex.Value>>;

/** INSERT of few rows with the same columns. The query builder writes its text once: writing costs more than sending. */
export function insertInto(trx: Transaction, table: string, rows: readonly NewRow[]): Statement {
  // The query builder orders columns in this way.
  const columns = Object.keys(rows[0] ?? {}).sort();
  const shape = [table, rows.length, ...columns].join(' ');
  const sql = insertTexts.get(shape) ?? trx(table).insert(rows).toSQL().toNative().sql;
  if (rows.length <= mostKeptRows) insertTexts.set(shape, sql);
  const bindings = rows.flatMap((row) =>
    columns.map((column) => {
      const value = row[column];
      if (value === undefined) throw new Error(`a row of ${table} has no ${column}`);
      return value;
    }),
  );
  const statement = { toSQL: () => ({ toNative: () => ({ sql, bindings }) }) };
  inserts.add(statement);
  return statement;
}

/** How many texts of INSERT are kept: for tests. */
export const keptTexts = (): number => insertTexts.size;

/** The rows that a write met. */
export const affectedBy = (answer: Answer | undefined): number => requireWrite(answer).affectedRows;

function requireWrite(answer: Answer | undefined) {
  if (!answer || !('affectedRows' in answer)) throw new Error('the answer to a write has a count');
  return answer;
}

/** The rows of a SELECT, by property. */
export function rowsOf<Row>(trx: Transaction, answer: Answer | undefined): Row[] {
  if (!Array.isArray(answer)) throw new Error('the answer to a SELECT has rows');
  return trx.client.config.postProcessResponse(answer);
}

/**
 * Ends a packet with an error (`isUnmet`) unless the UPDATE before it met one row. Where an `insertInto` comes next, it
 * goes with that.
 */
export function requireMet(trx: Transaction): Statement {
  const guard = trx.raw(`SELECT ${oneRowMet} AS met`, []);
  guards.add(guard);
  return guard;
}
