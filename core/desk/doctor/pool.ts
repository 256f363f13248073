import type { Database } from '../../ground/db/connect.ts';
import { Backend, filmDeskUrl } from '../../ground/db/models/backend.ts';
import { LedgerCheckRecord } from '../../ground/db/models/ledgerCheck.ts';
import { countSetAside } from '../retention/eraseAccount.ts';
import { listHeld } from '../retention/heldCuts.ts';
import { type Finding, finding } from './findings.ts';
import type { Check } from './runChecks.ts';

interface Counts {
  dispatchers: number;
  leads: number;
  pausedSince: string | null;
  lateSeconds: string | null;
}

const lateAfterSeconds = 60;

/** Whether somebody does the work: by the rows that the dispatchers write. */
export const poolCheck = ({ database }: { database: Database }): Check => ({
  name: 'dispatchers',
  limitMs: 15_000,
  async run() {
    // Without the tables there is nothing to count, and the check of the database says why.
    if (!(await database.schema.hasTable('ledger_checks'))) return { summary: 'no schema yet', findings: [] };
    const [[counts]] = (await database.raw(`SELECT
      (SELECT COUNT(*) FROM dispatchers WHERE lease_until >= NOW(3)) AS dispatchers,
      (SELECT COUNT(*) FROM leader WHERE owner IS NOT NULL AND lease_until >= NOW(3)) AS leads,
      (SELECT CAST(MAX(paused_at) AS CHAR) FROM leader) AS pausedSince,
      (SELECT TIMESTAMPDIFF(SECOND, MIN(created_at), UTC_TIMESTAMP()) FROM outbox WHERE sent_at IS NULL) AS lateSeconds`)) as [
      [Counts],
    ];
    const backends = await Backend.query(database)
      .where({ enabled: true })
      .whereNot({ url: filmDeskUrl })
      .orderBy('name');
    const up = backends.filter(({ state }) => state === 'up').length;
    return {
      summary: `${counts.dispatchers} running, ${up} of ${backends.length} GPU servers up`,
      findings: [
        ...judgeCounts(counts),
        ...judgeBackends(backends),
        ...(await judgeLedger(database)),
        ...(await judgeRetention(database)),
        ...judgeErasures(await countSetAside(database)),
      ],
    };
  },
});

function judgeCounts({ dispatchers, leads, pausedSince, lateSeconds }: Counts): Finding[] {
  const found: Finding[] = [];
  if (dispatchers === 0)
    found.push(
      finding(
        'dispatchers-missing',
        'No dispatcher runs: tasks are accepted and wait.',
        'Start one (node core/work/dispatch/main.ts), or read the log of the one that ended.',
      ),
    );
  else if (leads === 0)
    found.push(
      finding(
        'leader-missing',
        'Dispatchers run and none of them leads, so no task is planned.',
        'Run the doctor again after LEASE_SECONDS; if it repeats, read the logs of the dispatchers for "leadership".',
      ),
    );
  if (pausedSince !== null)
    found.push(
      finding(
        'queue-paused',
        `The queue is paused since ${pausedSince.slice(0, 16)} UTC: no task is given to a server.`,
        'PATCH /api/admin/queue with "paused": false, when the reason is over.',
      ),
    );
  if (Number(lateSeconds ?? 0) > lateAfterSeconds)
    found.push(
      finding(
        'outbox-late',
        `The oldest event that was not sent is ${lateSeconds} seconds old, so people see old states.`,
        'Look whether an API process runs and reaches Redis: one of them sends the events.',
      ),
    );
  return found;
}

function judgeBackends(backends: readonly Backend[]): Finding[] {
  if (backends.length === 0)
    return [
      finding(
        'servers-missing',
        'The pool has no GPU server, so no task can run.',
        'Set COMFYUI_URLS for the dispatchers, or POST /api/admin/backends.',
      ),
    ];
  return backends
    .filter(({ state }) => state !== 'up')
    .map(({ name, state, stateReason }) =>
      finding(
        'server-down',
        `The GPU server ${name} is ${state}${stateReason === null ? '' : `: ${stateReason.replace(/\.$/, '')}`}.`,
        'What is wrong and what ends it is in infra/docs/operating.md#sick-gpu-servers.',
      ),
    );
}

const judgeErasures = (setAside: number): Finding[] =>
  setAside === 0
    ? []
    : [
        finding(
          'erasure-set-aside',
          `${setAside} deleted ${setAside === 1 ? 'account is' : 'accounts are'} not erased: each try failed.`,
          'The column fault of the table erasures says why. Mend it, then delete the account once more (DELETE /api/admin/users/{id}).',
        ),
      ];

const judgeRetention = async (database: Database): Promise<Finding[]> =>
  (await listHeld(database)).map(({ table, due, total }) =>
    finding(
      'retention-held',
      `More than ${due} of about ${total} rows in ${table} are older than they may be, so nothing of them was deleted.`,
      'Look at the clocks and at RETENTION_DAYS. If they may go, start the dispatchers with RETENTION_MOST_PERCENT=100 until they are gone.',
    ),
  );

async function judgeLedger(database: Database): Promise<Finding[]> {
  const last = await LedgerCheckRecord.query(database)
    .whereNotNull('finishedAt')
    .orderBy('finishedAt', 'desc')
    .first();
  if (!last) return [];
  const { imbalance, wrongTransfers, wrongBalances, wrongHolds } = last.findings;
  if ([imbalance, wrongTransfers, wrongBalances, wrongHolds].every((count) => count === 0)) return [];
  return [
    finding(
      'ledger-wrong',
      `The books do not add up: imbalance ${imbalance}, ${wrongTransfers} wrong transfers, ${wrongBalances} wrong balances, ${wrongHolds} wrong holds.`,
      'Make a backup now, and follow infra/docs/operating.md#the-books.',
    ),
  ];
}
