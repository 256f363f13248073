import type { Move } from './moves.ts';

/** Which dispatcher a strike is meant for; `owning` holds the backend at which the moment came. */
export type DispatcherRole = 'leading' | 'owning' | 'both';

/**
 * A backend by its number, or the one at which the moment came (the first with work in hand where the moment is not
 * about a backend).
 */
export type BackendChoice = number | 'concerned';

/** An order for the preview backend's `/control`: see `infra/preview-backend/execution/faults.ts`. */
export interface FaultOrder {
  kind:
    | 'http-status'
    | 'http-garbage'
    | 'http-delay'
    | 'http-hang'
    | 'http-truncate'
    | 'accept-hang'
    | 'accept-die'
    | 'silent'
    | 'node-error'
    | 'out-of-memory'
    | 'disk-full'
    | 'hang'
    | 'crash';
  path?: string;
  times?: number;
  delayMs?: number;
  answer?: boolean;
  step?: number;
}

/**
 * A strike against the platform. `downMs` is the time until the process is started again, `pauseMs` the time from
 * SIGSTOP to SIGCONT, `silentMs` the time for which new connections are lost too.
 */
export type Strike =
  | { kind: 'kill-api'; which: 0 | 1 | 'both'; downMs: number }
  | { kind: 'pause-api'; which: 0 | 1; pauseMs: number }
  | { kind: 'stop-api'; which: 0 | 1; downMs: number }
  | { kind: 'kill-dispatcher'; role: DispatcherRole; downMs: number }
  | { kind: 'stop-dispatcher'; role: DispatcherRole; downMs: number }
  | { kind: 'pause-dispatcher'; role: DispatcherRole; pauseMs: number }
  | { kind: 'restart-all' }
  | { kind: 'upgrade' }
  | { kind: 'roll-back' }
  | { kind: 'stop-inside'; move: Move; pauseMs: number }
  | { kind: 'cut-inside'; move: Move; silentMs: number }
  | { kind: 'cut-api'; which: 0 | 1; silentMs: number }
  | { kind: 'cut-dispatcher'; role: DispatcherRole; silentMs: number }
  | { kind: 'kill-redis'; keepsData: boolean; downMs: number }
  | { kind: 'empty-redis' }
  | { kind: 'pause-redis'; pauseMs: number }
  | { kind: 'kill-database'; downMs: number }
  | { kind: 'pause-database'; pauseMs: number }
  // Only in a cluster with replicas.
  | { kind: 'redis-failover'; how: 'kill' | 'freeze'; awayMs: number }
  | { kind: 'mysql-failover'; how: 'kill' | 'freeze'; noticedMs: number }
  | { kind: 'mysql-switch'; endsSessions: boolean }
  | { kind: 'kill-backend'; backend: BackendChoice; downMs: number }
  | { kind: 'pause-backend'; backend: BackendChoice; pauseMs: number }
  | { kind: 'forget'; backend: BackendChoice }
  | { kind: 'kill-worker'; backend: BackendChoice; downMs: number }
  | { kind: 'drop-sockets'; backend: BackendChoice }
  | { kind: 'stall-sockets'; backend: BackendChoice; pauseMs: number }
  | { kind: 'backend-fault'; backend: BackendChoice; fault: FaultOrder };

/** Steps of a task's path that can be seen in the database. */
export const steps = ['assigned', 'posted', 'running', 'ended'] as const;
export type Step = (typeof steps)[number];

/** `delayMs` after the start of the trial, or after the `nth` attempt reached a step. */
export type Moment = { after: 'start'; delayMs: number } | { after: Step; nth: number; delayMs: number };

export interface PlannedStrike {
  moment: Moment;
  strike: Strike;
}

/** The name under which a strike is counted: its kind and variant. */
export function nameStrike(strike: Strike): string {
  switch (strike.kind) {
    case 'backend-fault':
      return `backend ${strike.fault.kind}`;
    case 'kill-redis':
      return strike.keepsData ? 'kill-redis with data' : 'kill-redis without data';
    case 'stop-inside':
    case 'cut-inside':
      return `${strike.kind} ${strike.move}`;
    case 'redis-failover':
    case 'mysql-failover':
      return `${strike.kind} ${strike.how}`;
    case 'mysql-switch':
      return strike.endsSessions ? strike.kind : `${strike.kind} with sessions left`;
    case 'kill-dispatcher':
    case 'cut-dispatcher':
    case 'stop-dispatcher':
    case 'pause-dispatcher':
      return `${strike.kind} ${strike.role}`;
    default:
      return strike.kind;
  }
}

/**
 * Whether a prompt that runs on this backend, or its result, may be lost or given up: only then may its task run to
 * success again elsewhere. `unreachableAfterMs` is how long a silent backend is believed in.
 */
export function losesPrompts(strike: Strike, unreachableAfterMs: number): boolean {
  switch (strike.kind) {
    case 'kill-backend':
    case 'forget':
    case 'kill-worker':
      return true;
    case 'pause-backend':
      return strike.pauseMs >= unreachableAfterMs;
    case 'backend-fault':
      return strike.fault.kind === 'crash' || strike.fault.kind === 'accept-die';
    default:
      return false;
  }
}

/** How often a backend's file transfer fails because of this strike. */
export function countSpoiltTransfers(strike: Strike): number {
  if (strike.kind !== 'backend-fault') return 0;
  const { kind, path, times = 1 } = strike.fault;
  const spoils = kind === 'http-truncate' || (path === '/view' && kind !== 'http-delay');
  return spoils ? times : 0;
}
