import { defineCounter, defineDurations, defineGauge } from '@star-graph/core/ground/telemetry/define';

export const requestDurations = defineDurations({
  name: 'star_graph_http_request_duration_seconds',
  help: 'Time to the head of an answer, by method, route and class of status; other: a method that no route has, none: an address that there is not',
  labels: ['method', 'route', 'status'],
  buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
});

export const problemsAnswered = defineCounter({
  name: 'star_graph_http_problems_total',
  help: 'Requests that were answered with a problem document, by route and code of the problem',
  labels: ['route', 'code'],
});

export const refusedConnections = defineCounter({
  name: 'star_graph_connections_refused_total',
  help: 'Connections beyond the bound of their address',
});

export const limitRefusals = defineCounter({
  name: 'star_graph_rate_limit_refusals_total',
  help: 'Requests that a limit refused, by the limit',
  labels: ['limit'],
});

export const openSockets = defineGauge({ name: 'star_graph_stomp_sockets', help: 'Open STOMP connections' });

export const openStreams = defineGauge({
  name: 'star_graph_event_streams',
  help: 'Open streams of events of a task (server-sent events)',
});

export const uploads = defineCounter({
  name: 'star_graph_uploads_total',
  help: 'Uploads that ended, by outcome: stored, refused, failed',
  labels: ['outcome'],
});

export const uploadsUnderWay = defineGauge({
  name: 'star_graph_uploads_under_way',
  help: 'Uploads that are being received',
});

export const uploadedBytes = defineCounter({
  name: 'star_graph_uploaded_bytes_total',
  help: 'Bytes of stored uploads',
});
