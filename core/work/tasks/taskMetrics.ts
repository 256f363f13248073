import { defineCounter, defineDurations, workflowLabel } from '../../ground/telemetry/define.ts';

const submissions = defineCounter({
  name: 'star_graph_task_submissions_total',
  help: 'Requests for a task by the workflow that runs, or was asked for where none does, and outcome: accepted, cached, replayed, failed, or the code of the problem. The workflow is unknown where there is none of that name',
  labels: ['workflow', 'outcome'],
});

const acceptances = defineDurations({
  name: 'star_graph_task_accept_duration_seconds',
  help: 'Time from a request for a task, read and authorised, to its commit or refusal: accepted, refused, failed',
  labels: ['outcome'],
  buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
});

const finished = defineCounter({
  name: 'star_graph_tasks_finished_total',
  help: 'Tasks whose end this process wrote, by workflow and outcome: succeeded, failed, cancelled',
  labels: ['workflow', 'outcome'],
});

const unknown = 'unknown';

/** @param workflow undefined: there is none of the name that was asked for */
export function countSubmission(
  workflow: string | undefined,
  outcome: string,
  { startedMs, end }: { startedMs: number; end: 'accepted' | 'refused' | 'failed' },
): void {
  submissions.inc({ workflow: workflow === undefined ? unknown : workflowLabel(workflow), outcome });
  const seconds = (performance.now() - startedMs) / 1_000;
  acceptances.observe({ outcome: end }, seconds);
}

/** After the commit. */
export const countFinished = (
  workflow: string | undefined,
  outcome: 'succeeded' | 'failed' | 'cancelled',
): void => finished.inc({ workflow: workflow === undefined ? unknown : workflowLabel(workflow), outcome });
