import { defineCounter, defineDurations } from '../../ground/telemetry/define.ts';

export const publishedEvents = defineCounter({
  name: 'star_graph_events_published_total',
  help: 'Events published, by the process that made them or by the relay',
  labels: ['type'],
});

export const publishLag = defineDurations({
  name: 'star_graph_event_publish_lag_seconds',
  help: 'Time from the commit of an event to its publication',
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30, 300],
});

export const relayFailures = defineCounter({
  name: 'star_graph_event_relay_failures_total',
  help: 'Rounds of the relay that ended in an error; the events stay in the outbox',
});

export const relayLeaseLosses = defineCounter({
  name: 'star_graph_event_relay_lease_losses_total',
  help: 'Batches of the relay that were read and not published, because its lease had ended meanwhile',
});

export const droppedPreviews = defineCounter({
  name: 'star_graph_previews_dropped_total',
  help: 'Previews that nobody saw although somebody watched, by why',
  labels: ['reason'],
});

export const webhookPosts = defineDurations({
  name: 'star_graph_webhook_post_duration_seconds',
  help: 'Time of a try to deliver an event to a webhook, by outcome: delivered, refused (an answer that is no success), unanswered',
  labels: ['outcome'],
  buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20],
});

export const webhookEnds = defineCounter({
  name: 'star_graph_webhook_deliveries_total',
  help: 'Deliveries that ended, by how: delivered, or given up after the last try',
  labels: ['outcome'],
});

export const setAsideEvents = defineCounter({
  name: 'star_graph_webhook_events_set_aside_total',
  help: 'Events that were set aside because their webhooks could not be told of them eight times',
});
