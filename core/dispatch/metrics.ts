import { Counter, Gauge, Histogram } from 'prom-client';

export const attemptEnds = new Counter({
  name: 'star_graph_attempts_total',
  help: 'Attempts that ended in this dispatcher, by how',
  labelNames: ['end'] as const,
});

export const assignments = new Counter({
  name: 'star_graph_assignments_total',
  help: 'Tasks this dispatcher put on a backend while it led',
});

export const recalls = new Counter({
  name: 'star_graph_recalls_total',
  help: 'Prefetched tasks this dispatcher asked back for an idle backend while it led',
});

export const readyTasks = new Gauge({
  name: 'star_graph_ready_tasks',
  help: 'Tasks that wait for a slot, as the leader saw them last; 0 in a dispatcher that does not lead',
});

export const ownedBackends = new Gauge({
  name: 'star_graph_owned_backends',
  help: 'Backends this dispatcher owns',
});

export const isLeading = new Gauge({
  name: 'star_graph_leading',
  help: '1 while this dispatcher leads',
});

export const planSeconds = new Histogram({
  name: 'star_graph_plan_seconds',
  help: 'Time from the begin of a round of the leader to its commit',
  buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
});

export const lostRings = new Counter({
  name: 'star_graph_doorbells_lost_total',
  help: 'Wake-ups that could not be sent or heard; the work was found by a look instead',
});
