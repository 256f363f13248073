import type { Cluster } from '../cluster/cluster.ts';
import type { TrialPlan } from './plan.ts';
import type { Scenario } from './scenarios.ts';
import type { TrialResult } from './trial.ts';

/** A failed trial as a report: its plan, its strikes, its faults, and how to repeat it. */
export function describeFailure(
  { plan, history, violations }: TrialResult,
  { logs, scenario }: { logs: string; scenario: Scenario | undefined },
): string {
  const struck = history.struck.map(({ planned, atMs, targets }) => {
    const when =
      atMs === undefined ? 'did not come' : `at ${Math.round(atMs)} ms on ${targets.join(', ') || 'nothing'}`;
    return `  ${JSON.stringify(planned)} ${when}`;
  });
  return [
    `Trial ${plan.seed} failed:`,
    ...violations.map((violation) => `  ✗ ${violation}`),
    'Strikes:',
    ...struck,
    'Tasks:',
    ...describeTasks(plan),
    `Logs: ${logs}`,
    `Again: npm run chaos -- --trials 1 --seed ${plan.seed}${scenario === undefined ? '' : ` --scenario ${scenario}`}`,
  ].join('\n');
}

const describeTasks = ({ tasks }: TrialPlan): string[] =>
  tasks.map((task, index) => `  ${index}: ${JSON.stringify(task)}`);

/** The platform's rows about the tasks of one person. */
export async function dumpRows({ db }: Cluster, userId: string): Promise<string> {
  const tasks = await db('tasks').where({ userId }).select().orderBy('id');
  const ids = tasks.map(({ id }: { id: string }) => id);
  const [attempts, slots, outbox, transfers, backends] = await Promise.all([
    db('attempts').whereIn('taskId', ids).select().orderBy(['taskId', 'attempt']),
    db('slots').select(),
    db('outbox').whereIn('taskId', ids).select('id', 'type', 'taskId', 'createdAt', 'sentAt').orderBy('id'),
    db('transfers').where({ userId }).select('businessKey', 'kind', 'createdAt').orderBy('id'),
    db('backends').select('id', 'url', 'owner', 'epoch', 'leaseUntil', 'state', 'seenAt'),
  ]);
  return JSON.stringify({ tasks, attempts, slots, outbox, transfers, backends }, null, 1);
}
