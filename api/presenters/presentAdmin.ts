import type { BackendWithSlots } from '@star-graph/core/admin/backends';
import type { Person } from '@star-graph/core/admin/people';
import type { listActs } from '@star-graph/core/audit';
import { splitBackendUrl } from '@star-graph/core/comfy/http/credentials';
import type { Env } from '@star-graph/core/config';
import type { LedgerReport } from '@star-graph/core/credits/ledgerCheck';
import type { Database } from '@star-graph/core/db/connect';
import type { Attempt, Backend } from '@star-graph/core/db/models/backend';
import { findCurrentBackends, type TaskWithOutputs } from '@star-graph/core/tasks/findTasks';
import type {
  AdminTaskView,
  AdminUserView,
  AttemptView,
  AuditView,
  BackendView,
  LedgerCheckView,
} from '../contract/admin.ts';
import { presentTasks, type TaskPresenterDeps } from './presentTask.ts';

export function presentPerson({ user, balance }: Person): AdminUserView {
  const { id, username, role, locale, disabledAt, createdAt } = user;
  return {
    id,
    username,
    role,
    locale,
    ...(disabledAt === null ? {} : { disabledAt: disabledAt.toISOString() }),
    createdAt: createdAt.toISOString(),
    balance: { available: balance.available, held: balance.held },
    openTasks: balance.openTasks,
  };
}

/** @param now a lease that has run out owns nothing, whoever is written there. */
export function presentBackend({ backend, slots, marks }: BackendWithSlots, now: Date): BackendView {
  const { id, name, weight, labels, enabled, draining, state, owner, leaseUntil, facts } = backend;
  // Until a dispatcher of this release has started, rows of earlier ones may have a password there.
  const { url, credentials } = splitBackendUrl(backend.url);
  const owned = owner !== null && leaseUntil !== null && leaseUntil > now;
  const reason = reasonOf(backend, owned);
  return {
    id,
    url,
    name,
    weight,
    labels,
    enabled,
    draining,
    state,
    ...(reason === undefined ? {} : { reason }),
    credentials: backend.credentialsKind ?? credentials?.kind ?? 'none',
    owned,
    ...(facts === null
      ? {}
      : {
          comfyVersion: facts.comfyVersion,
          deviceName: facts.deviceName,
          vramTotalBytes: facts.vramTotalBytes,
          vramFreeBytes: facts.vramFreeBytes,
          foreignPrompts: facts.foreignPrompts ?? 0,
        }),
    residency: backend.residency ?? [],
    unfitModels: marks.map(({ models, reason, taskId, createdAt, untilAt }) => ({
      models: models.map(({ folder, name }) => `${folder}/${name}`),
      reason,
      taskId,
      since: createdAt.toISOString(),
      until: untilAt.toISOString(),
    })),
    tasks: slots.map(({ taskId, attempt, slot }) => ({ id: taskId, attempt, slot })),
    ...(backend.seenAt === null ? {} : { seenAt: backend.seenAt.toISOString() }),
    createdAt: backend.createdAt.toISOString(),
  };
}

/** What only an administrator sees of a task: where each try ran, and what went wrong there. */
export function presentAttempt(row: Attempt): AttemptView {
  const { attempt, backendId, state, promptId, fault, failure, assignedAt } = row;
  const times = { postedAt: row.postedAt, startedAt: row.startedAt, endedAt: row.endedAt };
  return {
    attempt,
    backendId,
    state,
    ...(promptId === null ? {} : { promptId }),
    ...(fault === null ? {} : { fault }),
    ...(failure === null ? {} : { failure }),
    assignedAt: assignedAt.toISOString(),
    ...Object.fromEntries(
      Object.entries(times).flatMap(([name, time]) => (time ? [[name, time.toISOString()]] : [])),
    ),
  };
}

/** A state that no dispatcher keeps is one of the past, whatever its reason was. */
function reasonOf({ state, stateReason }: Backend, owned: boolean): string | undefined {
  if (!owned) return 'No dispatcher works for it now. Start one; one that runs takes it within some seconds.';
  if (stateReason !== null) return stateReason;
  if (state === 'unknown') return 'Its dispatcher is looking at it for the first time.';
  return state === 'up' ? undefined : 'Its dispatcher is of an earlier release: its log has the reason.';
}

export function presentLedger({ checkedAt, underWay, ...check }: LedgerReport, now: Date): LedgerCheckView {
  const age = checkedAt && {
    checkedAt: checkedAt.toISOString(),
    ageSeconds: Math.max(0, (now.getTime() - checkedAt.getTime()) / 1_000),
  };
  return {
    ...check,
    ...age,
    ...(underWay && { underWay: { startedAt: underWay.startedAt.toISOString(), ...underWay.findings } }),
  };
}

type Act = Awaited<ReturnType<typeof listActs>>[number];

export const presentAct = ({ id, actorId, action, target, data, createdAt }: Act): AuditView => ({
  id,
  actorId,
  action,
  target,
  data,
  createdAt: createdAt.toISOString(),
});

/** A task as an administrator sees it: whose it is, and where it runs. */
export async function presentAdminTasks(
  deps: TaskPresenterDeps & { database: Database },
  found: readonly TaskWithOutputs[],
): Promise<AdminTaskView[]> {
  const tasks = found.map(({ task }) => task);
  const [views, backends] = await Promise.all([
    presentTasks(deps, found),
    findCurrentBackends(deps.database, tasks),
  ]);
  return views.flatMap((view, at) => {
    const task = tasks[at];
    if (!task) return [];
    const backendId = backends.get(task.id);
    return [{ ...view, userId: task.userId, failures: task.failures, ...(backendId ? { backendId } : {}) }];
  });
}

/** Named one by one, so that a new secret is not shown by being forgotten. */
const shownSettings = [
  'PUBLIC_URL',
  'ACCESS_TOKEN_MINUTES',
  'SESSION_HOURS',
  'REGISTRATION',
  'REGISTRATIONS_PER_ADDRESS',
  'REGISTRATIONS_PER_NETWORK',
  'FIRST_USES_PER_KEY',
  'SIGN_UP_GRANT',
  'SIGN_UP_GRANT_LOCK_DAYS',
  'DAILY_GRANT',
  'DAILY_GRANT_LOCK_DAYS',
  'CANCEL_CHARGE',
  'TRUSTED_PROXIES',
  'CORS_ORIGINS',
  'LOG_LEVEL',
  'BODY_LIMIT_BYTES',
  'UPLOAD_LIMIT_BYTES',
  'UPLOAD_MEGAPIXELS',
  'OPEN_TASKS_PER_USER',
  'OPEN_TASKS',
  'SOCKETS_PER_USER',
  'SUBSCRIPTIONS_PER_SOCKET',
  'REQUESTS_PER_MINUTE',
  'RETENTION_DAYS',
  'TASK_TIMEOUT_SECONDS',
  'LEASE_SECONDS',
  'SHUTDOWN_SECONDS',
] as const satisfies readonly (keyof Env)[];

export function presentSettings(config: Env): Record<string, string | number | string[]> {
  return Object.fromEntries(
    shownSettings.flatMap((name) => {
      const value = config[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
