/**
 * `error`: something does not work, or will lose data. `warning`: it works and should be changed. `note`: worth
 * knowing.
 */
export type Severity = 'error' | 'warning' | 'note';

/** Every finding, by its code. Codes are public and never renamed; `infra/docs/doctor.md` has a section for each. */
export const findingSeverities = {
  'check-failed': 'error',
  'configuration-wrong': 'error',
  'not-running': 'note',
  'ffmpeg-missing': 'note',

  'database-unreachable': 'error',
  'database-old': 'error',
  'database-untried': 'note',
  'database-read-only': 'error',
  'database-not-durable': 'error',
  'database-binlog-not-durable': 'warning',
  'database-not-strict': 'error',
  'database-engine': 'error',
  'database-charset': 'warning',
  'database-unguarded': 'warning',
  'database-definer': 'error',
  'database-unchecked': 'note',
  'webhook-events': 'warning',
  'database-connections': 'warning',
  'database-packet': 'warning',
  'migrations-pending': 'error',
  'migrations-newer': 'note',
  'migration-interrupted': 'warning',
  'restore-unfinished': 'error',
  'clock-off': 'error',

  'redis-unreachable': 'error',
  'redis-old': 'error',
  'redis-evicts': 'error',
  'redis-refuses': 'error',
  'redis-memory-short': 'warning',
  'redis-without-password': 'warning',

  'retention-held': 'error',
  'erasure-set-aside': 'error',
  'leader-missing': 'error',
  'dispatchers-missing': 'error',
  'servers-missing': 'warning',
  'server-down': 'warning',
  'server-unreachable': 'error',
  'server-runs-nothing': 'warning',
  'server-without-previews': 'note',
  'smoke-run-failed': 'error',
  'ledger-wrong': 'error',
  'invariant-broken': 'error',
  'outbox-late': 'warning',
  'queue-paused': 'note',
  'licence-forbids-selling': 'warning',
  'licence-unknown': 'note',

  'disk-full': 'error',
  'disk-short': 'warning',
  'folder-not-writable': 'error',
  'secret-weak': 'error',
  'secret-example': 'error',
  'secret-shared': 'error',
  'secret-twice': 'warning',
  'secret-readable': 'error',
  'backups-missing': 'warning',
  'backup-old': 'warning',
  'stripe-test-mode': 'warning',

  'certificate-expired': 'error',
  'certificate-expiring': 'warning',
  'certificate-wrong': 'error',
  'certificate-unreadable': 'error',
  'storage-unusable': 'error',
  'storage-keeps-deleted': 'warning',
  'mail-unreachable': 'error',

  'discord-token-unknown': 'error',
  'discord-interactions-lost': 'error',
  'discord-address-unset': 'note',
  'discord-shards-lost': 'error',

  'public-url-unset': 'warning',
  'public-url-insecure': 'warning',
  'public-url-unreachable': 'error',
  'public-url-elsewhere': 'error',
  'version-differs': 'warning',
  'events-buffered': 'error',
  'websocket-refused': 'error',
  'upload-refused': 'error',
  'proxy-not-trusted': 'error',
  'address-forgeable': 'error',
} as const satisfies Record<string, Severity>;

type FindingCode = keyof typeof findingSeverities;

export interface Finding {
  code: FindingCode;
  severity: Severity;
  /** What is wrong, in a sentence without secrets. */
  what: string;
  /** What to do about it, in a sentence. */
  wayOut: string;
}

export const finding = (code: FindingCode, what: string, wayOut: string): Finding => ({
  code,
  severity: findingSeverities[code],
  what,
  wayOut,
});
