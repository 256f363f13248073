import { openStatuses, taskStatuses, terminalStatuses } from '@star-graph/workflows/shared/taskStatuses';
import { type Database, inSnapshot, type Transaction } from '../../ground/db/connect.ts';
import { attemptStates } from '../../ground/db/models/backend.ts';
import { accounts, transferKinds } from '../../ground/db/models/ledger.ts';
import { settlementsOf, statusesAtWork } from '../../ground/db/models/taskMoves.ts';
import { finding } from './findings.ts';
import type { Check } from './runChecks.ts';

const listed = (words: readonly string[]): string => words.map((word) => `'${word}'`).join(', ');
const [open, ended] = [listed(openStatuses), listed(terminalStatuses)];
const atWork = listed(statusesAtWork);
const waiting = listed(openStatuses.filter((status) => !statusesAtWork.includes(status)));
const settledRightly = terminalStatuses.map(
  (status) => `t.status = '${status}' AND s.kind IN (${listed(settlementsOf(status))})`,
);

/** The rows of a sum per owner that differ from those that are kept, on either side. */
const keptWrongly = (table: string, id: string, kept: string, account: string, sign = '') => `
  SELECT k.${id} FROM ${table} k LEFT JOIN (
    SELECT user_id, SUM(${sign}amount) AS total FROM ledger_entries WHERE account = '${account}' GROUP BY user_id
  ) e ON e.user_id = k.${id} WHERE k.${kept} <> COALESCE(e.total, 0)`;

/**
 * What holds at every moment, whatever died: of the ledger, of tasks, and of attempts with their slots. Each is a SELECT
 * of the rows that break it, plain enough to be pasted into any client.
 */
export const invariants = {
  'a transfer has entries': `
    SELECT t.id FROM transfers t LEFT JOIN ledger_entries e ON e.transfer_id = t.id WHERE e.transfer_id IS NULL`,
  'the entries of a transfer add up to 0': `
    SELECT transfer_id FROM ledger_entries GROUP BY transfer_id HAVING SUM(amount) <> 0`,
  'an entry is of a known account': `
    SELECT transfer_id FROM ledger_entries WHERE account NOT IN (${listed(accounts)})`,
  'a transfer is of a known kind': `
    SELECT id FROM transfers WHERE kind NOT IN (${listed(transferKinds)})`,
  'what a person has is the sum of its entries': keptWrongly('balances', 'user_id', 'available', 'available'),
  'what is held of a person is the sum of its entries': keptWrongly('balances', 'user_id', 'held', 'held'),
  'what a person owes is the sum of its entries': keptWrongly('balances', 'user_id', 'debt', 'debt', '-'),
  'what a Discord server has is the sum of its entries': keptWrongly(
    ...(['guild_credits', 'guild_id', 'available', 'guild-available'] as const),
  ),
  'what is held of a Discord server is the sum of its entries': keptWrongly(
    ...(['guild_credits', 'guild_id', 'held', 'guild-held'] as const),
  ),
  'credits belong to somebody': `
    SELECT e.user_id FROM ledger_entries e
    LEFT JOIN balances b ON b.user_id = e.user_id LEFT JOIN guild_credits g ON g.guild_id = e.user_id
    WHERE e.account IN ('available', 'held', 'debt') AND b.user_id IS NULL
      OR e.account IN ('guild-available', 'guild-held') AND g.guild_id IS NULL
    GROUP BY e.user_id, e.account HAVING SUM(e.amount) <> 0`,
  'a person has as many open tasks as are counted': `
    SELECT b.user_id FROM balances b LEFT JOIN (
      SELECT user_id, COUNT(*) AS total FROM tasks WHERE status IN (${open}) GROUP BY user_id
    ) t ON t.user_id = b.user_id WHERE b.open_tasks <> COALESCE(t.total, 0)`,
  'as much is held of a person as their open tasks cost': `
    SELECT b.user_id FROM balances b LEFT JOIN (
      SELECT user_id, SUM(cost) AS total FROM tasks
      WHERE status IN (${open}) AND payer_guild_id IS NULL GROUP BY user_id
    ) t ON t.user_id = b.user_id WHERE b.held <> COALESCE(t.total, 0)`,
  'as much is held of a Discord server as its open tasks cost': `
    SELECT g.guild_id FROM guild_credits g LEFT JOIN (
      SELECT payer_guild_id, SUM(cost) AS total FROM tasks WHERE status IN (${open}) GROUP BY payer_guild_id
    ) t ON t.payer_guild_id = g.guild_id WHERE g.held <> COALESCE(t.total, 0)`,
  'an open task has one hold': `
    SELECT t.id FROM tasks t LEFT JOIN transfers h ON h.task_id = t.id AND h.kind = 'hold'
    WHERE t.status IN (${open}) GROUP BY t.id HAVING COUNT(h.id) <> 1`,
  'an open task is not settled': `
    SELECT t.id FROM tasks t JOIN transfers s ON s.business_key = CONCAT('settle:', t.id)
    WHERE t.status IN (${open})`,
  'the hold of a task that ended is settled': `
    SELECT t.id FROM tasks t JOIN transfers h ON h.task_id = t.id AND h.kind = 'hold'
    LEFT JOIN transfers s ON s.business_key = CONCAT('settle:', t.id)
    WHERE t.status IN (${ended}) AND s.id IS NULL`,
  'a settlement is of the one whose credits were held': `
    SELECT t.id FROM tasks t JOIN transfers s ON s.business_key = CONCAT('settle:', t.id)
    LEFT JOIN transfers h ON h.task_id = t.id AND h.kind = 'hold'
    WHERE h.id IS NULL OR h.user_id <> s.user_id`,
  'a task is settled as its end allows': `
    SELECT t.id FROM tasks t JOIN transfers s ON s.business_key = CONCAT('settle:', t.id)
    WHERE t.status IN (${ended}) AND NOT (${settledRightly.join(' OR ')})`,
  'nothing stays held for a task that ended': `
    SELECT t.id FROM tasks t JOIN transfers m ON m.task_id = t.id JOIN ledger_entries e ON e.transfer_id = m.id
    WHERE t.status IN (${ended}) AND e.account IN ('held', 'guild-held')
    GROUP BY t.id HAVING SUM(e.amount) <> 0`,
  'a task is in a known state, and has an end only there': `
    SELECT id FROM tasks WHERE status NOT IN (${listed(taskStatuses)})
      OR (status IN (${ended})) <> (finished_at IS NOT NULL)`,
  'an attempt is in a known state, and has an end only there': `
    SELECT task_id FROM attempts WHERE state NOT IN (${listed(attemptStates)})
      OR (state = 'ended') <> (ended_at IS NOT NULL)`,
  'a posted attempt has the id of its prompt': `
    SELECT task_id FROM attempts WHERE state IN ('posted', 'running') AND prompt_id IS NULL`,
  'a task has one open attempt at most, its last': `
    SELECT a.task_id FROM attempts a JOIN tasks t ON t.id = a.task_id
    WHERE a.state <> 'ended' AND a.attempt <> t.attempt`,
  'a task that is at work has an open attempt': `
    SELECT t.id FROM tasks t
    LEFT JOIN attempts a ON a.task_id = t.id AND a.attempt = t.attempt AND a.state <> 'ended'
    WHERE t.status IN (${atWork}) AND a.task_id IS NULL`,
  'a task that waits has neither an open attempt nor a slot': `
    SELECT t.id FROM tasks t
    LEFT JOIN attempts a ON a.task_id = t.id AND a.state <> 'ended' LEFT JOIN slots s ON s.task_id = t.id
    WHERE t.status IN (${waiting}) AND (a.task_id IS NOT NULL OR s.task_id IS NOT NULL)`,
  'an open attempt has its slot': `
    SELECT a.task_id FROM attempts a
    LEFT JOIN slots s ON s.task_id = a.task_id AND s.attempt = a.attempt AND s.backend_id = a.backend_id
    WHERE a.state <> 'ended' AND s.task_id IS NULL`,
  'a taken slot has its open attempt': `
    SELECT s.task_id FROM slots s
    LEFT JOIN attempts a ON a.task_id = s.task_id AND a.attempt = s.attempt AND a.backend_id = s.backend_id
    WHERE a.task_id IS NULL OR a.state = 'ended'`,
} as const satisfies Record<string, string>;

export type InvariantName = keyof typeof invariants;

/** How many rows break a rule, and some of them. */
interface Breach {
  rule: InvariantName;
  rows: number;
  examples: string[];
}

const mostExamples = 3;

/** @param trx that reads everything as it was at one moment. */
export async function findBreaches(trx: Transaction): Promise<Breach[]> {
  const found: Breach[] = [];
  for (const [rule, select] of Object.entries(invariants)) {
    const [rows] = (await trx.raw(select)) as [Record<string, string>[]];
    const examples = rows.slice(0, mostExamples).flatMap((row) => Object.values(row).slice(0, 1));
    if (rows.length > 0) found.push({ rule: rule as InvariantName, rows: rows.length, examples });
  }
  return found;
}

/** Reads every row of ledger, tasks and attempts: asked for with `--deep` alone. */
export const invariantsCheck = ({ database }: { database: Database }): Check => ({
  name: 'invariants',
  limitMs: 30 * 60_000,
  async run() {
    // Without the tables there is nothing to count, and the check of the database says why.
    if (!(await database.schema.hasTable('guild_credits'))) return { summary: 'no schema yet', findings: [] };
    const breaches = await inSnapshot(database, findBreaches);
    const count = Object.keys(invariants).length;
    return {
      summary: `${count - breaches.length} of ${count} rules hold`,
      findings: breaches.map(({ rule, rows, examples }) =>
        finding(
          'invariant-broken',
          `The rule "${rule}" is broken by ${rows} rows: ${examples.join(', ')}.`,
          'Make a backup now, stop nothing, and report it with the dispatcher logs of these ids.',
        ),
      ),
    };
  },
});
