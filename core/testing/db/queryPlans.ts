import type { Database } from '../../ground/db/connect.ts';
import type { SentStatement } from './statements.ts';

export interface QueryPlan extends SentStatement {
  /** The server's plan, one line for each table. */
  plan: string[];
  /** Index entries and rows that it read. */
  rowsRead: number;
  /** The reason why it is refused. */
  faults: string[];
}

export interface PlanRules {
  /** Tables that no history makes large, by name, with the reason. */
  bounded: Readonly<Record<string, string>>;
  /** Index entries and rows that a statement may read. */
  mostRows: number;
  /** Statements that may read more, and why that has an end. */
  exceptions: readonly { shape: RegExp; mostRows: number; because: string }[];
}

interface ExplainRow {
  table: string | null;
  type: string | null;
  key: string | null;
  rows: number | string | null;
  Extra: string | null;
}

/**
 * Asks the server for the plan of each statement, and executes it to count the rows that it reads. Everything is
 * rolled back.
 */
export async function explainStatements(
  database: Database,
  statements: readonly SentStatement[],
  rules: PlanRules,
): Promise<QueryPlan[]> {
  const plans: QueryPlan[] = [];
  for (const statement of statements.filter(
    // The conditions of packets read no table, and fail by themselves.
    ({ shape }) => /^\(?(?:select|update|delete|with)\b/i.test(shape) && !shape.includes('ROW_COUNT()'),
  ))
    for (const sql of new Set(Object.values(statement.samples))) {
      const plan = await explain(database, sql);
      const rowsRead = await countRowsRead(database, (trx) => trx.raw(`${withoutChecks} ${escaped(sql)}`));
      const lines = plan.map(({ table, type, key, rows, Extra }) =>
        [table, type, key, rows, Extra].join(' · '),
      );
      plans.push({
        ...statement,
        plan: lines,
        rowsRead,
        faults: classifyOutcome(statement, plan, rowsRead, rules),
      });
    }
  return plans;
}

async function explain(database: Database, sql: string): Promise<ExplainRow[]> {
  const [rows] = (await database.raw(escaped(`EXPLAIN ${sql}`))) as [ExplainRow[]];
  return rows;
}

/** knex reads a question mark as a placeholder. */
const escaped = (sql: string): string => sql.replaceAll('?', '\\?');

/** Others have changed the rows since, and a check could refuse now what it let pass then. */
const withoutChecks = '/*M! SET STATEMENT check_constraint_checks = 0 FOR */';

/** Index entries and rows that the work reads on the connection that it is given. It is rolled back. */
export async function countRowsRead(
  database: Database,
  work: (trx: Database) => PromiseLike<unknown>,
): Promise<number> {
  const trx = await database.transaction();
  const readCounter = async () => {
    const [rows] = (await trx.raw("SHOW SESSION STATUS LIKE 'Handler\\_read%'")) as [{ Value: string }[]];
    return rows.reduce((sum, { Value }) => sum + Number(Value), 0);
  };
  try {
    const before = await readCounter();
    const own = (await readCounter()) - before;
    await work(trx);
    return (await readCounter()) - before - 2 * own;
  } finally {
    await trx.rollback();
  }
}

function classifyOutcome(
  { shape }: SentStatement,
  plan: readonly ExplainRow[],
  rowsRead: number,
  { bounded, mostRows, exceptions }: PlanRules,
): string[] {
  const names = namesOf(shape);
  const exception = exceptions.find((one) => one.shape.test(shape));
  const most = exception?.mostRows ?? mostRows;
  const faults = plan.flatMap(({ table, type, rows, Extra }) => {
    const name = names.get(table ?? '');
    if (name === undefined || name in bounded) return [];
    const read = Number(rows ?? 0);
    const found: string[] = [];
    if (type === 'ALL') found.push(`it reads all of ${name}`);
    if (type === 'index' && !(/\blimit\b/i.test(shape) && read <= most) && !exception)
      found.push(`it reads all of an index of ${name}`);
    if (/filesort|temporary/i.test(Extra ?? '') && read > most)
      found.push(`it sorts ${read} rows of ${name}`);
    return found;
  });
  if (rowsRead > most) faults.push(`it reads ${rowsRead} rows`);
  return faults;
}

/** Tables by the names that the statement gives them. */
function namesOf(shape: string): Map<string, string> {
  const names = new Map<string, string>();
  const pattern =
    /\b(?:from|join|update|into) `?(\w+)`?(?: (?:as )?`?(?!where\b|join\b|left\b|inner\b|set\b|on\b|order\b|group\b|limit\b|using\b|force\b|for\b|lock\b|union\b|cross\b)(\w+)`?)?/gi;
  for (const [, table = '', alias] of shape.matchAll(pattern)) {
    names.set(table, table);
    if (alias !== undefined) names.set(alias, table);
  }
  return names;
}
