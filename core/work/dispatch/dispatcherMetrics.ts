import { defineCounter, defineDurations, defineGauge } from '../../ground/telemetry/define.ts';
import { isLeading } from '../../ground/telemetry/leaderMetrics.ts';

export const attemptEnds = defineCounter({
  name: 'star_graph_attempts_total',
  help: 'Attempts that ended in this dispatcher, by how',
  labels: ['end'],
});

export const tasksSetAside = defineCounter({
  name: 'star_graph_tasks_set_aside_total',
  help: 'Tasks that failed because two backends were lost while they ran them',
});

export const assignments = defineCounter({
  name: 'star_graph_assignments_total',
  help: 'Tasks this dispatcher put on a backend while it led',
});

export const recalls = defineCounter({
  name: 'star_graph_recalls_total',
  help: 'Prefetched tasks this dispatcher asked back for an idle backend while it led',
});

export const ownedBackends = defineGauge({
  name: 'star_graph_owned_backends',
  help: 'Backends this dispatcher owns',
});

defineGauge(
  { name: 'star_graph_leading', help: '1 while this dispatcher leads; exactly one does' },
  (gauge) => gauge.set(isLeading() ? 1 : 0),
);

export const leaseLosses = defineCounter({
  name: 'star_graph_lease_losses_total',
  help: 'Leases that another dispatcher took over from this one, by what they were of',
  labels: ['lease'],
});

export const clockOffset = defineGauge({
  name: 'star_graph_clock_offset_seconds',
  help: "How far the database's clock is ahead of this dispatcher's; off by more than 60 it neither leads nor deletes",
});

export const planSeconds = defineDurations({
  name: 'star_graph_plan_duration_seconds',
  help: 'Time from the begin of a round of the leader to its commit',
  buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
});

export const lostRings = defineCounter({
  name: 'star_graph_doorbells_lost_total',
  help: 'Wake-ups that could not be sent or heard; the work was found by a look instead',
});

export const taskWaits = defineDurations({
  name: 'star_graph_task_wait_seconds',
  help: 'Time from the acceptance of a task to its first start on a backend, by lane',
  labels: ['lane'],
  buckets: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1_800, 3_600],
});

export const taskRuns = defineDurations({
  name: 'star_graph_task_run_seconds',
  help: 'Time of successful runs on a backend, models loaded included, by workflow',
  labels: ['workflow'],
  buckets: [0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 60, 120, 300, 600, 1_800],
});
