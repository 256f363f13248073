import { Counter } from 'prom-client';

/** What was lost in Redis and is made good by a sweep or a snapshot; a rise says that Redis is in trouble. */
export const lostMessages = new Counter({
  name: 'star_graph_redis_messages_lost_total',
  help: 'Messages to Redis that failed, by what they were',
  labelNames: ['message'] as const,
});
