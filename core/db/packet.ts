import type { Knex } from 'knex';
import type { Transaction } from './connect.ts';
import { commitSuffix } from './foldTransactions.ts';

/** A statement that is written and not yet sent. */
export interface Statement {
  toSQL(): { toNative(): { sql: string; bindings: readonly Knex.Value[] } };
}

/** What the server says to a statement: the rows of a SELECT by column, or the count of the rows that a write met. */
export type Answer = Record<string, unknown>[] | { affectedRows: number; insertId: number };

const readers = new WeakMap<Statement, (answer: Answer | undefined) => void>();

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
  const compiled = statements.map((statement) => statement.toSQL().toNative());
  if (!takesPackets(trx)) {
    const answers: Answer[] = [];
    for (const { sql, bindings } of compiled) answers.push(await sendOne(trx, sql, bindings));
    return answers;
  }
  const sql = compiled.map((one) => one.sql).join(';\n') + (commits ? commitSuffix : '');
  const answer = await sendText(
    trx,
    sql,
    compiled.flatMap((one) => one.bindings),
  );
  return compiled.length === 1 ? [answer] : (answer as unknown as Answer[]);
}

const takesPackets = (trx: Transaction): boolean => trx.client.config.connection.multipleStatements === true;

async function sendOne(trx: Transaction, sql: string, bindings: readonly Knex.Value[]): Promise<Answer> {
  const [answer] = (await trx.raw(sql, [...bindings])) as [Answer];
  return answer;
}

/** As `trx.raw`, which would read the whole text again for its placeholders. */
async function sendText(trx: Transaction, sql: string, bindings: readonly Knex.Value[]): Promise<Answer> {
  const connection: unknown = await trx.client.acquireConnection();
  const { response } = await trx.client.query(connection, { sql, bindings, options: {}, method: 'raw' });
  return response[0];
}

const insertTexts = new Map<string, string>();

/** INSERT of rows with the same columns. The query builder writes its text once: writing costs more than sending. */
export function insertInto(
  trx: Transaction,
  table: string,
  rows: readonly Readonly<Record<string, Knex.Value>>[],
): Statement {
  // As the query builder orders them.
  const columns = Object.keys(rows[0] ?? {}).sort();
  const shape = [table, rows.length, ...columns].join(' ');
  const sql = insertTexts.get(shape) ?? trx(table).insert(rows).toSQL().toNative().sql;
  insertTexts.set(shape, sql);
  const bindings = rows.flatMap((row) =>
    columns.map((column) => {
      const value = row[column];
      if (value === undefined) throw new Error(`a row of ${table} has no ${column}`);
      return value;
    }),
  );
  return { toSQL: () => ({ toNative: () => ({ sql, bindings }) }) };
}

/** The rows that a write met. */
export const affectedBy = (answer: Answer | undefined): number => requireWrite(answer).affectedRows;

/** The number that the table gave to the one row of an INSERT. */
export const insertedBy = (answer: Answer | undefined): number => requireWrite(answer).insertId;

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
 * Ends a packet with an error (`isUnmet`) unless the UPDATE before it met one row. The sum leaves the range of whole
 * numbers: neither server has another way to refuse in a plain statement.
 */
export const requireMet = (trx: Transaction): Statement =>
  trx.raw('SELECT 9223372036854775807 + (1 - ROW_COUNT()) AS met', []);
