import type { Cluster } from '../cluster/cluster.ts';
import type { TrialBackend } from '../cluster/trialBackend.ts';
import type { TrialPlan } from '../trial/plan.ts';
import type { TrialHistory } from './history.ts';

/** A task as it stands in the table. */
export interface TaskRow {
  id: string;
  type: string;
  status: string;
  cost: number;
  cancelCharge: number;
  /** The code of its failure. */
  errorCode: string | null;
  attempt: number;
  failures: number;
  cached: boolean;
}

/** The part of a backend's record that the checks read. */
export type Checked = Pick<TrialBackend, 'name' | 'url' | 'read'>;

export interface CheckInput {
  cluster: Pick<Cluster, 'db' | 'takeFaults'> & { backends: readonly Checked[] };
  plan: TrialPlan;
  history: TrialHistory;
  userId: string;
}
