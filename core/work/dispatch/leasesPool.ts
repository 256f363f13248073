import type { DatabaseConfig } from '../../ground/db/connect.ts';

/**
 * Connections for leases only: one for each loop of leases, and one for attempts that renew before they post. A
 * statement times out early enough for another try on another connection before the lease ends.
 */
export const leasesPool = (url: string, leaseMs: number): DatabaseConfig => ({
  name: 'leases',
  url,
  poolSize: 4,
  statementTimeoutMs: Math.max(2_000, Math.ceil(leaseMs / 3)),
  lockWaitMs: 1_000,
});
