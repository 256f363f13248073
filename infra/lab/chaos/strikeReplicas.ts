import { connectDatabase } from '@star-graph/core/ground/db/connect';
import { createRedis } from '@star-graph/core/ground/redis/createRedis';
import type { Clock } from '@star-graph/core/ground/runtime/clock';
import type { Cluster } from './cluster/cluster.ts';
import type { Hit } from './strikeInside.ts';
import type { Strike } from './strikes.ts';

interface Deps {
  clock: Clock;
  cluster: Cluster;
}

type FailoverStrike = Extract<Strike, { kind: 'redis-failover' | 'mysql-failover' | 'mysql-switch' }>;

const lookEveryMs = 10;

/** Makes another the master or the primary, and tells for how long nothing could be written. */
export async function strikeReplicas({ clock, cluster }: Deps, strike: FailoverStrike): Promise<Hit> {
  const { replicas, databaseUrl, redisUrl } = cluster.stores;
  if (!replicas) return { targets: [] };
  switch (strike.kind) {
    case 'redis-failover': {
      const redis = createRedis({ url: redisUrl });
      const watching = watchWrites(clock, () => redis.set('chaos:probe', 'x', 'PX', 1_000));
      const target = await replicas.redis.failOver(strike.how, strike.awayMs);
      const awayMs = await watching.stop();
      redis.disconnect();
      return { targets: [target], awayMs };
    }
    case 'mysql-failover':
    case 'mysql-switch': {
      await replicas.databases.settled();
      const database = connectDatabase({ url: databaseUrl, poolSize: 1 });
      await database.raw('CREATE TABLE IF NOT EXISTS chaos_probe (id INT PRIMARY KEY, n BIGINT NOT NULL)');
      const watching = watchWrites(clock, () =>
        database.raw('INSERT INTO chaos_probe VALUES (1, 1) ON DUPLICATE KEY UPDATE n = n + 1'),
      );
      if (strike.kind === 'mysql-switch') await replicas.databases.switchOver(strike.endsSessions);
      else await replicas.databases.failOver(strike.how, strike.noticedMs);
      const awayMs = await watching.stop();
      await database.destroy();
      return { targets: ['the primary'], awayMs };
    }
  }
}

/** The longest time between two writes that succeeded, by one of our own clients. */
function watchWrites(clock: Clock, write: () => Promise<unknown>) {
  let isStopped = false;
  const watch = async () => {
    let longestMs = 0;
    let lastMs = clock.monotonicMs();
    for (let isLast = false; !isLast; ) {
      isLast = isStopped;
      try {
        await write();
        longestMs = Math.max(longestMs, clock.monotonicMs() - lastMs);
        lastMs = clock.monotonicMs();
      } catch {
        // Away, as intended; the last look is one that succeeded.
        isLast = false;
      }
      await clock.sleep(lookEveryMs);
    }
    return longestMs;
  };
  const watched = watch();
  return {
    stop() {
      isStopped = true;
      return watched;
    },
  };
}
