import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createLogger } from '@star-graph/core/ground/telemetry/createLogger';
import { createRandom } from '../chaos/trial/random.ts';
import { ownRandomness } from './randomness.ts';
import type { Ground } from './story/actors.ts';
import type { Plan } from './story/plan.ts';
import { createReset, startServers } from './story/servers.ts';
import { type Ended, tellStory } from './story/story.ts';
import { DatabaseHost } from './world/databaseHost.ts';
import { RedisHost } from './world/redis.ts';
import { World } from './world/world.ts';

export interface Explorer {
  tell(plan: Plan): Promise<Ended>;
  /** How many stories that are over are still in memory. */
  countKept(): Promise<number>;
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
  const stopListening = ownSignals();
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
  const worlds: WeakRef<World>[] = [];
  return {
    async tell(plan) {
      await reset();
      const world = new World(createRandom(plan.seed + 1_000_003), plan.strategy);
      worlds.push(new WeakRef(world));
      const ended = await tellStory(ground, world, servers.objectInfo, plan);
      await database.end();
      stopListening();
      return ended;
    },
    async countKept() {
      setFlagsFromString('--expose-gc');
      const collect = runInNewContext('gc') as () => void;
      // What a turn of the event loop has looked at stays until that is over.
      await setImmediate();
      collect();
      return worlds.filter((world) => world.deref()).length;
    },
    async close() {
      redis.close();
      database.close();
      await servers.close();
    },
  };
}

/** Node keeps a signal made of others, and so the story, while somebody listens to it. @returns what ends that. */
function ownSignals(): () => void {
  const ends: (() => void)[] = [];
  const combine = AbortSignal.any.bind(AbortSignal);
  AbortSignal.any = (signals) => {
    const signal = combine(signals);
    const listen: AbortSignal['addEventListener'] = signal.addEventListener.bind(signal);
    signal.addEventListener = (...given: Parameters<typeof listen>) => {
      listen(...given);
      ends.push(() => signal.removeEventListener(...given));
    };
    return signal;
  };
  return () => {
    for (const end of ends.splice(0)) end();
  };
}
