import { createHash } from 'node:crypto';
import { openStatuses, terminalStatuses } from '@star-graph/workflows/shared/taskStatuses';
import type { Database } from './connect.ts';
import { nextStatuses } from './models/taskMoves.ts';

/*
 * Triggers that refuse what no release ever writes: a change of the books, a move of a task that is not in `taskMoves`,
 * and a change of what an ended task cost. They hold against a faulty release and against a hand at the console of the
 * database alike. They are no migration: a server may refuse them to the platform's user, which must not stop an
 * upgrade, so every run of the migrations makes those that are missing, and the doctor names them.
 */

interface Guard {
  table: 'tasks' | 'transfers' | 'ledger_entries';
  event: 'UPDATE' | 'DELETE';
  /** An SQL statement. */
  body: string;
}

const refuse = (sentence: string): string => `SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '${sentence}'`;
const listed = (words: readonly string[]): string => words.map((word) => `'${word}'`).join(', ');
const isChanged = (columns: readonly string[]): string =>
  columns.map((column) => `NOT (NEW.${column} <=> OLD.${column})`).join(' OR ');

const isMove = openStatuses
  .map((from) => `OLD.status = '${from}' AND NEW.status IN (${listed(nextStatuses(from))})`)
  .join(' OR ');

const guards: readonly Guard[] = [
  {
    table: 'tasks',
    event: 'UPDATE',
    // The price of a task that used less than it held falls in the transaction that ends it, before the settlement.
    body: `BEGIN
      IF NEW.status <> OLD.status AND NOT (${isMove}) THEN ${refuse('A task makes no such move.')}; END IF;
      IF OLD.status IN (${listed(terminalStatuses)}) THEN
        IF ${isChanged(['id', 'attempt', 'cancel_charge', 'payer_guild_id'])} THEN
          ${refuse('What an ended task cost is never changed.')};
        END IF;
        IF NEW.cost <> OLD.cost AND (OLD.status <> 'succeeded' OR NEW.cost > OLD.cost
            OR EXISTS (SELECT 1 FROM transfers WHERE business_key = CONCAT('settle:', OLD.id))) THEN
          ${refuse('What an ended task cost is never changed.')};
        END IF;
      END IF;
    END`,
  },
  {
    table: 'transfers',
    event: 'UPDATE',
    // An erasure takes the words of a gift away.
    body: `IF OLD.kind <> 'gift' OR NEW.reason <> ''
      OR ${isChanged(['id', 'business_key', 'kind', 'user_id', 'amount', 'task_id', 'actor_id', 'created_at'])}
      THEN ${refuse('A movement of credits is never changed.')}; END IF`,
  },
  { table: 'transfers', event: 'DELETE', body: refuse('A movement of credits is never deleted.') },
  { table: 'ledger_entries', event: 'UPDATE', body: refuse('An entry of the ledger is never changed.') },
  { table: 'ledger_entries', event: 'DELETE', body: refuse('An entry of the ledger is never deleted.') },
];

/** A guard that says something else has another name, so a new release knows the guards of an older one. */
const nameOf = ({ table, event, body }: Guard): string =>
  `guard_${table}_${event.toLowerCase()}_${createHash('sha256').update(body).digest('hex').slice(0, 8)}`;

const createSql = (guard: Guard): string =>
  `CREATE TRIGGER ${nameOf(guard)} BEFORE ${guard.event} ON ${guard.table} FOR EACH ROW ${guard.body}`;

const dropSql = (name: string): string => `DROP TRIGGER IF EXISTS ${name}`;

interface Made {
  name: string;
  /** Its maker is the connection's user. The server refuses every write to its table once that user is gone. */
  isOwn: number;
}

async function listMade(database: Database): Promise<Made[]> {
  const [rows] = (await database.raw(
    `SELECT trigger_name AS name, definer = CURRENT_USER() AS own FROM information_schema.triggers
     WHERE trigger_schema = DATABASE() AND trigger_name LIKE 'guard\\_%'`,
  )) as [{ name: string; own: number }[]];
  return rows.map(({ name, own }) => ({ name, isOwn: own }));
}

/** The tables that lack a guard of this release. A user without the right TRIGGER sees none, and is told of all. */
export async function listUnguarded(database: Database): Promise<string[]> {
  const made = new Set((await listMade(database)).map(({ name }) => name));
  return [...new Set(guards.filter((guard) => !made.has(nameOf(guard))).map(({ table }) => table))];
}

/**
 * The users under which triggers of this database run, as `user@host`: the server refuses every write to the table of
 * one whose user is gone. Only those that are gone, or that this connection may not look up.
 */
export async function listGoneDefiners(database: Database): Promise<{ definer: string; tables: string[] }[]> {
  const [rows] = (await database.raw(
    `SELECT definer AS definer, event_object_table AS name FROM information_schema.triggers
     WHERE trigger_schema = DATABASE() AND definer <> CURRENT_USER() ORDER BY definer, name`,
  )) as [{ definer: string; name: string }[]];
  const gone: { definer: string; tables: string[] }[] = [];
  for (const [definer, made] of Map.groupBy(rows, (row) => row.definer))
    if (!(await isUser(database, definer)))
      gone.push({ definer, tables: [...new Set(made.map(({ name }) => name))] });
  return gone;
}

async function isUser(database: Database, definer: string): Promise<boolean> {
  const at = definer.lastIndexOf('@');
  const query = database.raw('SELECT 1 FROM mysql.user WHERE user = ? AND host = ?', [
    definer.slice(0, at),
    definer.slice(at + 1),
  ]);
  try {
    const [found] = (await query) as [unknown[]];
    return found.length > 0;
  } catch (error) {
    if (isRefusal(error)) return false;
    throw error;
  }
}

/** For a migration that changes what they refuse, and for a test that plants a fault. */
export async function dropGuards(database: Database): Promise<void> {
  for (const { name } of await listMade(database)) await database.raw(dropSql(name));
}

/** Its statements wait for no transaction longer than this: whatever comes after them at the table waits too. */
const longestWaitS = 3;

/**
 * Makes the guards of this release, removes those of others, and makes those anew that another user made. What the
 * server refuses is left as it is.
 */
export async function guardDatabase(database: Database): Promise<void> {
  const made = await listMade(database);
  const wanted = new Map(guards.map((guard) => [nameOf(guard), guard]));
  const own = new Set(made.filter(({ isOwn }) => isOwn === 1).map(({ name }) => name));
  const statements = [
    ...made.filter(({ name }) => !(wanted.has(name) && own.has(name))).map(({ name }) => dropSql(name)),
    ...[...wanted].filter(([name]) => !own.has(name)).map(([, guard]) => createSql(guard)),
  ];
  if (statements.length === 0) return;
  const connection = await database.client.acquireConnection();
  try {
    const sql = connection.promise();
    await sql.query(`SET SESSION lock_wait_timeout = ${longestWaitS}`);
    for (const statement of statements)
      await sql.query(statement).catch((error: unknown) => {
        if (!isRefusal(error)) throw error;
      });
    await sql.query('SET SESSION lock_wait_timeout = DEFAULT');
  } finally {
    await database.client.releaseConnection(connection);
  }
}

const refusals = new Set([
  // A missing right; with a binary log a right that only administrators have.
  ...[
    'ER_TABLEACCESS_DENIED_ERROR',
    'ER_SPECIFIC_ACCESS_DENIED_ERROR',
    'ER_BINLOG_CREATE_ROUTINE_NEED_SUPER',
  ],
  // The table is in use, as by a backup.
  'ER_LOCK_WAIT_TIMEOUT',
]);

const isRefusal = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && refusals.has(String(error.code));
