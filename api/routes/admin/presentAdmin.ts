import type { Person } from '@star-graph/core/admin/people';
import type { listActs } from '@star-graph/core/audit';
import type { Env } from '@star-graph/core/config';
import type { LedgerReport } from '@star-graph/core/credits/ledgerCheck';
import type { AdminUserView } from '../../contract/admin/adminUsers.ts';
import type { AuditView } from '../../contract/admin/audit.ts';
import type { LedgerCheckView } from '../../contract/admin/ledger.ts';

export function presentPerson({ user, balance }: Person): AdminUserView {
  const { id, username, role, locale, disabledAt, createdAt, secondFactorSince } = user;
  return {
    id,
    username,
    role,
    locale,
    ...(disabledAt === null ? {} : { disabledAt: disabledAt.toISOString() }),
    createdAt: createdAt.toISOString(),
    secondFactor: secondFactorSince !== null,
    balance: { available: balance.available, held: balance.held },
    openTasks: balance.openTasks,
  };
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

/** Named one by one, so that an overlooked new secret stays hidden. */
const shownSettings = [
  'PUBLIC_URL',
  'ACCESS_TOKEN_MINUTES',
  'SESSION_HOURS',
  'ADMIN_SECOND_FACTOR',
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
  'REQUESTS_PER_SECOND',
  'USER_REQUESTS_PER_SECOND',
  'ADDRESS_REQUESTS_PER_SECOND',
  'KEY_REQUESTS_PER_SECOND',
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
