import type { DatabaseConfig } from '../db/connect.ts';

/**
 * Connections for leases alone: one for each loop of leases, and one for attempts that renew before they post. A
 * statement is given up in time for another try on another connection before the lease is over.
 */
export const leasesPool = (url: string, leaseMs: number): DatabaseConfig => ({
  url,
  poolSize: 4,
  statementTimeoutMs: Math.max(2_000, Math.ceil(leaseMs / 3)),
  lockWaitMs: 1_000,
});
