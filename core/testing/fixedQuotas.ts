import type { ReadQuotas } from '../money/quotas/quotaReader.ts';
import { noQuotas, type QuotasInForce } from '../money/quotas/quotas.ts';

/** The same for everybody. */
export const fixedQuotas =
  (values: Partial<QuotasInForce> = {}): ReadQuotas =>
  async () => ({ ...noQuotas, openTasks: 1_000, unpaidTasksPerDay: null, ...values });
