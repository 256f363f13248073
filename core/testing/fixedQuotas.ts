import type { ReadQuotas } from '../roles/quotaReader.ts';
import { noQuotas, type QuotasInForce } from '../roles/quotas.ts';

/** The same for everybody. */
export const fixedQuotas =
  (values: Partial<QuotasInForce> = {}): ReadQuotas =>
  async () => ({ ...noQuotas, openTasks: 1_000, ...values });
