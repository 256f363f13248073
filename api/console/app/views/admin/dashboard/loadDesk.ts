import { loadWorkflows } from '../../../data/catalogue.ts';
import { api } from '../../../session/session.ts';
import type { DeskFacts } from './findNeeds.ts';

const firstPage = { limit: 100 };

/** What moves from second to second. */
export async function loadNow(signal: AbortSignal): Promise<Pick<DeskFacts, 'queue' | 'servers'>> {
  const [queue, servers] = await Promise.all([
    api.adminGetQueue({}, { signal }),
    api.adminListBackends({ query: firstPage }, { signal }),
  ]);
  return { queue, servers: servers.items };
}

/** What stands for hours, and is dearer to ask for. */
export async function loadStanding(signal: AbortSignal): Promise<Omit<DeskFacts, 'queue' | 'servers'>> {
  const [ledger, backups, settings, reports, mismatched, undelivered, setAside, signIns] = await Promise.all([
    api.adminCheckLedger({}, { signal }),
    api.adminListBackups({ query: firstPage }, { signal }),
    api.adminGetSettings({}, { signal }),
    api.adminListReports({ query: { ...firstPage, state: 'open' } }, { signal }),
    api.adminListOrders({ query: { ...firstPage, state: 'mismatched' } }, { signal }),
    api.adminListDeadLetters({ query: firstPage }, { signal }),
    api.adminListSetAsideEvents({}, { signal }),
    api.adminReadFailedSignIns({}, { signal }),
    loadWorkflows(),
  ]);
  return {
    ledger,
    settings,
    signIns,
    backups: backups.items,
    waiting: {
      reports: reports.items.length,
      mismatched: mismatched.items.length,
      undelivered: undelivered.items.length,
      setAside: setAside.items.length,
    },
  };
}
