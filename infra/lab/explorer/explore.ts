import { createLogger } from '@star-graph/core/ground/telemetry/createLogger';
import { ownRandomness } from './owned/randomness.ts';
import type { Ground } from './story/actors.ts';
import type { Plan } from './story/plan.ts';
import { createReset, startServers } from './story/servers.ts';
import { type Ended, tellStory } from './story/story.ts';
import { DatabaseHost } from './world/databaseHost.ts';
import { RedisHost } from './world/redis.ts';

export interface Explorer {
  tell(plan: Plan): Promise<Ended>;
  close(): Promise<void>;
}

export async function openExplorer({
  level = 'silent',
  lacksGuards = false,
}: {
  lacksGuards?: boolean;
  level?: Parameters<typeof createLogger>[1]['level'];
} = {}): Promise<Explorer> {
  const servers = await startServers(lacksGuards);
  ownRandomness();
  const { databaseUrl: url } = servers;
  const database = await DatabaseHost.start({
    socketPath: servers.socketPath,
    user: url.username,
    password: decodeURIComponent(url.password),
    database: servers.databaseName,
  });
  const redis = await RedisHost.start(servers.redisUrl);
  const reset = await createReset((sql) => database.control(sql), servers.databaseName);
  const ground: Ground = {
    database,
    redis,
    databaseName: servers.databaseName,
    logger: createLogger({ name: 'explorer', version: '' }, { level }),
    userId: servers.userId,
    administratorId: servers.administratorId,
  };
  return {
    async tell(plan) {
      await reset();
      const ended = await tellStory(ground, servers.objectInfo, plan);
      await database.end();
      return ended;
    },
    async close() {
      redis.close();
      database.close();
      await servers.close();
    },
  };
}
