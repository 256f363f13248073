import type { Database } from './db/connect.ts';
import { listPendingMigrations } from './db/migrateDatabase.ts';
import type { KeyRing } from './encryption/keyRing.ts';
import type { Redis } from './redis/createRedis.ts';
import { requireFittingKeys } from './requireFittingKeys.ts';
import type { Clock } from './runtime/clock.ts';
import { createHealth, type Health } from './runtime/health/health.ts';
import { defineGauge } from './telemetry/define.ts';

const databaseLimitMs = 2_000;
/** Short, because the answer does not depend on it. */
const redisLimitMs = 500;

/**
 * The health of a process that works on database and Redis. Without Redis requests are slower and events late, but
 * they are served: a whole fleet that went out of the balancer with its Redis would serve nobody.
 */
export function createStoreHealth(deps: {
  clock: Clock;
  database: Database;
  redis: Redis;
  keyRing: KeyRing;
}): Health {
  const health = createHealth(deps, [
    {
      name: 'database',
      needed: 'always',
      limitMs: databaseLimitMs,
      fault: `The database does not answer within ${databaseLimitMs / 1_000} seconds.`,
      ask: () => deps.database.raw('SELECT 1'),
    },
    {
      name: 'schema',
      needed: 'start',
      limitMs: databaseLimitMs,
      fault: 'The database has not been migrated to this release yet.',
      async ask() {
        const pending = await listPendingMigrations(deps.database);
        if (pending.length > 0) throw new Error(`pending: ${pending.join(', ')}`);
      },
    },
    {
      name: 'keys',
      needed: 'start',
      limitMs: databaseLimitMs,
      fault: 'DATA_KEYS opens nothing that is encrypted in this database: it belongs to another one.',
      ask: () => requireFittingKeys(deps),
    },
    {
      name: 'redis',
      needed: 'not',
      limitMs: redisLimitMs,
      fault: 'Redis does not answer: events come late, and each process counts limits alone.',
      ask() {
        // A command on a lost connection would wait for the next reconnect.
        if (deps.redis.status !== 'ready') throw new Error('not connected');
        return deps.redis.ping();
      },
    },
  ]);
  shown = { health, isUp: new Map() };
  return health;
}

/** Of this process, with what its dependencies last answered. */
let shown: { health: Health; isUp: Map<string, boolean> } | undefined;

/** Whoever reads it does not wait for a database that hangs: each read asks, and shows the answer to the one before. */
defineGauge(
  {
    name: 'star_graph_dependency_up',
    help: 'Whether the database and Redis answered this process in time when they were last asked: 1 or 0',
    labels: ['dependency'],
  },
  (gauge) => {
    const { health, isUp } = shown ?? {};
    void health?.readiness().then(({ dependencies }) => {
      for (const { name, ok } of dependencies)
        if (name === 'database' || name === 'redis') isUp?.set(name, ok);
    });
    for (const [dependency, ok] of isUp ?? []) gauge.set({ dependency }, ok ? 1 : 0);
  },
);
