import type { Knex } from 'knex';
import { defineGauge } from '../telemetry/define.ts';

/** The part of knex' pool that is read here; knex' types leave it open. */
interface Pool {
  max: number;
  numUsed(): number;
  numFree(): number;
  numPendingAcquires(): number;
}

const pools = new Map<Pool, string>();

/** Shows a pool of connections in the metrics. @returns a function that ends it. */
export function watchPool(name: string, database: Knex): () => void {
  const { pool }: { pool?: Pool } = database.client;
  if (!pool) return () => undefined;
  pools.set(pool, name);
  return () => void pools.delete(pool);
}

defineGauge(
  {
    name: 'star_graph_database_connections',
    help: 'Connections of a pool to the database: used, free, and pending, which wait for one',
    labels: ['pool', 'state'],
  },
  (gauge) => {
    gauge.reset();
    for (const [pool, name] of pools) {
      gauge.inc({ pool: name, state: 'used' }, pool.numUsed());
      gauge.inc({ pool: name, state: 'free' }, pool.numFree());
      gauge.inc({ pool: name, state: 'pending' }, pool.numPendingAcquires());
    }
  },
);

defineGauge(
  {
    name: 'star_graph_database_connections_max',
    help: 'The most connections of a pool to the database',
    labels: ['pool'],
  },
  (gauge) => {
    gauge.reset();
    for (const [pool, name] of pools) gauge.inc({ pool: name }, pool.max);
  },
);
