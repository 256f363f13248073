import type { Database } from '../ground/db/connect.ts';
import type { KeyRing } from '../ground/encryption/keyRing.ts';
import type { WakeSignals } from '../ground/redis/wakeSignals.ts';
import type { Clock } from '../ground/runtime/clock.ts';
import type { Storage } from '../ground/storage/storage.ts';
import { createPromptFilters } from '../library/assets/promptFilters.ts';
import type { Catalogue } from '../library/catalogue/catalogue.ts';
import { forgetOldMarks } from '../library/catalogue/modelMarks.ts';
import { payDebts } from '../money/credits/debt.ts';
import { checkLedgerPart } from '../money/credits/ledgerCheck.ts';
import type { PaymentProviders } from '../money/payments/provider.ts';
import { sweepOrders } from '../money/payments/sweepOrders.ts';
import { sweepJoins } from '../people/identity/accounts/moveJoined.ts';
import type { Inspector } from '../people/safety/inspector.ts';
import { inspectUnchecked } from '../people/safety/inspectUnchecked.ts';
import { reencrypt } from '../people/signingKeys/reencrypt.ts';
import { forgetEndedKeys } from '../people/signingKeys/rotateSigningKey.ts';
import type { ChoreHost } from '../work/dispatch/dispatcher.ts';
import {
  deletedRows,
  heldRows,
  removedObjects,
  setAsideErasures,
} from '../work/dispatch/sweeps/choreMetrics.ts';
import { createLackingTaskSweep } from '../work/dispatch/sweeps/failLackingTasks.ts';
import { createLostVersionSweep } from '../work/dispatch/sweeps/failLostVersions.ts';
import type { Chore } from '../work/dispatch/sweeps/runChores.ts';
import { type ComfyFolders, createFolderSweep } from '../work/dispatch/sweeps/sweepComfyFolders.ts';
import { createObjectSweep, sweepDeadDispatchers } from '../work/dispatch/sweeps/sweepObjects.ts';
import { sealAudit } from './auditSeals.ts';
import { countSetAside, type ErasureDeps, sweepErasures } from './retention/eraseAccount.ts';
import { applyRetention, type RetentionPolicy } from './retention/retention.ts';
import { addUpStatistics } from './statistics/addUp.ts';
import { createBooksFigures } from './statistics/booksFigures.ts';
import { sampleQueue } from './statistics/sampleQueue.ts';

const hourMs = 3_600_000;
/** The longest time that a dispatcher of the previous release may lead during a rolling upgrade. */
const upgradeMs = 15 * 60_000;
/** In each minute: a check of millions of movements takes minutes and leaves most of the database to others. */
const ledgerBudgetMs = 5_000;

interface Deps extends ChoreHost, Pick<ErasureDeps, 'redis' | 'prefix' | 'publisher'> {
  database: Database;
  clock: Clock;
  storage: Storage;
  catalogue: Pick<Catalogue, 'loadWorkflow' | 'findUnfit' | 'findLacks' | 'readHoldings'>;
  wakeSignals: WakeSignals;
  keyRing: KeyRing;
  providers: PaymentProviders;
}

export interface ChoresConfig {
  retention: RetentionPolicy;
  comfyFolders?: ComfyFolders;
  inspector?: Pick<Inspector, 'inspectObject'> | undefined;
}

/** All that the leader does each minute besides planning, in the order of a round. */
export function listChores(deps: Deps, config: ChoresConfig): Chore[] {
  const startedMs = deps.clock.monotonicMs();
  const books = createBooksFigures(deps);
  const objects = createObjectSweep(deps);
  const lostVersions = createLostVersionSweep(deps, upgradeMs);
  const promptFilters = createPromptFilters(deps);
  const lackingTasks = createLackingTaskSweep(deps, upgradeMs);
  const folders = config.comfyFolders && createFolderSweep(deps, config.comfyFolders);
  const eachRound = (name: string, run: (signal: AbortSignal) => Promise<unknown>): Chore => ({
    name,
    run: (signal) => run(signal).then(() => undefined),
  });
  return [
    eachRound('dead dispatchers', () => sweepDeadDispatchers(deps.database)),
    eachRound('lost versions', (signal) => lostVersions.run(signal)),
    eachRound('lacking tasks', (signal) => lackingTasks.run(signal)),
    eachRound('old marks', () => forgetOldMarks(deps.database)),
    eachRound('joined accounts', (signal) => sweepJoins(deps, signal)),
    eachRound('erasures', async (signal) => {
      await sweepErasures(deps, signal);
      const setAside = await countSetAside(deps.database);
      deps.leadership.lead?.show(() => setAsideErasures.set(setAside));
    }),
    eachRound('objects', async () => removedObjects.inc(await objects.run())),
    eachRound('prompt filters', (signal) => promptFilters.run(signal)),
    eachRound('thumbnails', () => deps.thumbnails.sweep()),
    eachRound('unchecked pictures', async (signal) => {
      if (config.inspector) await inspectUnchecked(deps, config.inspector, signal);
    }),
    { name: 'retention', run: (signal) => runRetention(deps, config.retention, signal) },
    eachRound('ledger', (signal) => checkBooks(deps, signal)),
    eachRound('debts', () => payDebts(deps)),
    eachRound('orders', (signal) => sweepOrders({ ...deps, log: deps.logger }, signal)),
    eachRound('ended keys', () => forgetEndedKeys(deps.database)),
    {
      name: 'secrets',
      run: async (signal) => {
        // Processes of the previous release cannot read what is encrypted here.
        const restMs = startedMs + upgradeMs - deps.clock.monotonicMs();
        if (restMs > 0) return restMs;
        await reencrypt({ ...deps, log: deps.logger }, signal);
        return hourMs;
      },
    },
    eachRound('audit', (signal) => sealAudit(deps, signal)),
    eachRound('queue length', () => sampleQueue(deps)),
    eachRound('statistics', (signal) => addUpStatistics(deps, signal)),
    eachRound('figures of the books', () => books.show()),
    {
      name: 'ComfyUI folders',
      run: async (signal) => {
        await folders?.run(signal);
        return hourMs;
      },
    },
  ];
}

async function runRetention(
  deps: Deps,
  policy: RetentionPolicy,
  signal: AbortSignal,
): Promise<number | undefined> {
  const result = await applyRetention(deps, policy, signal);
  for (const [table, count] of Object.entries(result.deleted)) deletedRows.inc({ table }, count);
  deps.logger.info(result, 'what is older than it may be was deleted');
  deps.leadership.lead?.show(() => heldRows.set(result.held.reduce((sum, { due }) => sum + due, 0)));
  for (const held of result.held)
    deps.logger.error(
      held,
      'so large a share of this table would go that nothing was deleted: see RETENTION_MOST_PERCENT',
    );
  return result.unfinished.length > 0 || result.failed.length > 0 ? undefined : hourMs;
}

async function checkBooks(deps: Deps, signal: AbortSignal): Promise<void> {
  const check = await checkLedgerPart(deps, { budgetMs: ledgerBudgetMs, signal });
  if (!check) return;
  if (check.ok) deps.logger.info(check, 'the ledger was added up');
  else deps.logger.error(check, 'the ledger does not add up: GET /api/admin/ledger/check has the figures');
}
