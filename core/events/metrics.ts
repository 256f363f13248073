import { Counter, Gauge, Histogram } from 'prom-client';

export const publishedEvents = new Counter({
  name: 'star_graph_events_relayed_total',
  help: 'Events published, by the process that made them or by the relay',
  labelNames: ['type'] as const,
});

export const publishLag = new Histogram({
  name: 'star_graph_event_relay_lag_seconds',
  help: 'Time from the commit of an event to its publication',
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30, 300],
});

export const outboxAge = new Gauge({
  name: 'star_graph_outbox_oldest_seconds',
  help: 'Age of the oldest event that waits for publication, as the publishing process saw it last',
});

export const relayFailures = new Counter({
  name: 'star_graph_event_relay_failures_total',
  help: 'Rounds of the relay that ended in an error; the events stay in the outbox',
});

export const relayLeaseLosses = new Counter({
  name: 'star_graph_event_relay_lease_losses_total',
  help: 'Batches of the relay that were read and not published, because its lease had ended meanwhile',
});

export const droppedPreviews = new Counter({
  name: 'star_graph_previews_dropped_total',
  help: 'Previews that nobody saw although somebody watched, by why',
  labelNames: ['reason'] as const,
});
