import { defineCounter } from '../telemetry/define.ts';

/** Counts messages that Redis lost; a sweep or a snapshot replaces them. A rise says that Redis is in trouble. */
export const lostMessages = defineCounter({
  name: 'star_graph_redis_messages_lost_total',
  help: 'Messages to Redis that failed, by what they were',
  labels: ['message'],
});
