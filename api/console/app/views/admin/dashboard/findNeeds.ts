import type { BackendView } from '@star-graph/contract/admin/backends';
import type { FailedSignInsView } from '@star-graph/contract/admin/failedSignIns';
import type { LedgerCheckView } from '@star-graph/contract/admin/ledger';
import type { QueueView } from '@star-graph/contract/admin/queue';
import type { BackupView } from '@star-graph/contract/platform/backups';
import type { SettingsView } from '@star-graph/contract/platform/settings';

/** What awaits somebody's decision; the first page of each is enough to say so. */
export interface Waiting {
  reports: number;
  mismatched: number;
  undelivered: number;
  /** Events that no webhook could be told of. */
  setAside: number;
}

export interface DeskFacts {
  queue: QueueView;
  servers: readonly BackendView[];
  ledger: LedgerCheckView;
  backups: readonly BackupView[];
  /** Somebody else has an account, or a task was made: until then a backup would hold nothing that a new start lacks. */
  isInUse: boolean;
  /** When accounts and tasks that are known of were made: how long it has been in use at least. */
  seenAt: readonly string[];
  settings: SettingsView;
  signIns: FailedSignInsView;
  waiting: Waiting;
}

/** Something that is wrong or waits, and where it is put right. */
export interface Need {
  kind:
    | 'no-servers'
    | 'only-placeholder'
    | 'servers-down'
    | 'paused'
    | 'no-plan'
    | 'long-wait'
    | 'ledger'
    | 'no-backup'
    | 'old-backup'
    | 'failed-backup'
    | 'broken-backup'
    | 'maintenance'
    | 'ignored-settings'
    | 'mismatched-orders'
    | 'reports'
    | 'undelivered'
    | 'set-aside'
    | 'locked-sign-ins';
  tone: 'bad' | 'warn';
  href: string;
  /** How many, or how many seconds. */
  count: number;
}

/** Longer than any task runs by itself. */
export const longWaitSeconds = 15 * 60;
/** As `npm run doctor` says where no schedule is known. */
const oldBackupMs = 48 * 3_600_000;
const dueBackupMs = 24 * 3_600_000;

const isReady = ({ enabled, draining, state }: BackendView): boolean =>
  enabled && !draining && (state === 'up' || state === 'trial');

/** The preview backend, and ComfyUI on a processor. What was never reached may be anything. */
export const isPlaceholder = ({ deviceName = '' }: BackendView): boolean =>
  /^(?:cpu|cuda:0 simulated)$/.test(deviceName);

/** The placeholder counts where it is all there is. */
export function countServers(servers: readonly BackendView[]) {
  const every = servers.filter((one) => one.enabled);
  const hasGpus = every.some((one) => !isPlaceholder(one));
  const enabled = hasGpus ? every.filter((one) => !isPlaceholder(one)) : every;
  const ready = enabled.filter(isReady);
  return {
    hasGpus,
    all: enabled.length,
    ready: ready.length,
    busy: ready.filter(({ tasks }) => tasks.some(({ state }) => state !== 'ended')).length,
    down: enabled.filter(({ state, draining }) => !draining && (state === 'down' || state === 'resting'))
      .length,
  };
}

/** The newest one that can be restored, as far as anybody looked. */
export const findGoodBackup = (backups: readonly BackupView[]): BackupView | undefined =>
  backups.find(
    ({ fault, checkFault, removedAt }) =>
      fault === undefined && checkFault === undefined && removedAt === undefined,
  );

/** What keeps people from their pictures comes first, then what could be lost, then what waits. */
export function findNeeds(facts: DeskFacts, now: Date): Need[] {
  return [...needsOfWork(facts), ...needsOfSafety(facts, now), ...needsOfDecision(facts)];
}

function needsOfWork({ queue, servers, settings }: DeskFacts): Need[] {
  const { ready, down } = countServers(servers);
  const oldest = Math.max(0, ...queue.lanes.map(({ oldestSeconds }) => oldestSeconds));
  const needs: Need[] = [];
  const add = (kind: Need['kind'], tone: Need['tone'], href: string, count = 1) =>
    needs.push({ kind, tone, href, count });
  if (ready === 0) add(servers.some(isReady) ? 'only-placeholder' : 'no-servers', 'bad', '/admin/servers');
  else if (down > 0) add('servers-down', 'warn', '/admin/servers', down);
  if (queue.paused) add('paused', 'warn', '/admin/queue');
  if (queue.queued > 0 && !queue.plan) add('no-plan', 'bad', '/admin/queue');
  if (oldest > longWaitSeconds) add('long-wait', 'bad', '/admin/queue', oldest);
  if (settings.settings.MAINTENANCE.value !== null) add('maintenance', 'warn', '/admin/settings');
  return needs;
}

function needsOfSafety({ ledger, backups, isInUse, seenAt }: DeskFacts, now: Date): Need[] {
  const needs: Need[] = [];
  const add = (kind: Need['kind'], tone: Need['tone'], href: string, count = 1) =>
    needs.push({ kind, tone, href, count });
  // Without a check to its end nothing is known to be wrong.
  if (!ledger.ok && ledger.checkedAt !== undefined) add('ledger', 'bad', '#ledger');
  const [newest] = backups;
  const good = findGoodBackup(backups);
  const ageMs = good ? now.getTime() - Date.parse(good.startedAt) : 0;
  if (!good) {
    // The first one is due a day after the start.
    const isDue = seenAt.some((at) => now.getTime() - Date.parse(at) > dueBackupMs);
    if (isInUse && isDue) add('no-backup', 'bad', '/admin/backups');
  } else if (ageMs > oldBackupMs) add('old-backup', 'bad', '/admin/backups', ageMs / 1000);
  if (newest?.fault !== undefined) add('failed-backup', 'bad', '/admin/backups');
  else if (newest?.checkFault !== undefined) add('broken-backup', 'bad', '/admin/backups');
  return needs;
}

function needsOfDecision({ waiting, settings, signIns }: DeskFacts): Need[] {
  const needs: Need[] = [
    {
      kind: 'mismatched-orders',
      tone: 'bad',
      href: '/admin/sales?state=mismatched',
      count: waiting.mismatched,
    },
    { kind: 'reports', tone: 'warn', href: '/admin/reports', count: waiting.reports },
    { kind: 'undelivered', tone: 'warn', href: '/admin/undelivered', count: waiting.undelivered },
    { kind: 'set-aside', tone: 'bad', href: '/admin/undelivered', count: waiting.setAside },
    { kind: 'locked-sign-ins', tone: 'warn', href: '#sign-ins', count: signIns.locks },
    { kind: 'ignored-settings', tone: 'warn', href: '/admin/settings', count: settings.ignored.length },
  ];
  return needs.filter(({ count }) => count > 0);
}
