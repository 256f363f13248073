import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createRedis } from '@star-graph/core/ground/redis/createRedis';
import type { Clock } from '@star-graph/core/ground/runtime/clock';
import type { TrialProcess } from './cluster/childProcess.ts';
import type { Cluster, TrialApi, TrialDispatcher } from './cluster/cluster.ts';
import type { TrialBackend } from './cluster/trialBackend.ts';
import type { Arrival } from './moments.ts';
import type { Hit } from './strikeInside.ts';
import { cutInside, cutOff, stopInside } from './strikeInside.ts';
import { strikeReplicas } from './strikeReplicas.ts';
import type { BackendChoice, DispatcherRole, Strike } from './strikes.ts';

interface Deps {
  clock: Clock;
  cluster: Cluster;
  /** Aborts when what did not come is not waited for any more. */
  ended: AbortSignal;
}

/** Strikes, and resolves when its effect is over: killed processes serve again, paused ones continue. */
export async function perform(deps: Deps, strike: Strike, arrival: Arrival): Promise<Hit> {
  const { cluster } = deps;
  switch (strike.kind) {
    case 'kill-api':
    case 'stop-api':
    case 'pause-api':
      return strikeProcesses(deps, strike, pickApis(cluster, strike.which));
    case 'kill-dispatcher':
    case 'stop-dispatcher':
    case 'pause-dispatcher':
      return strikeProcesses(deps, strike, await pickDispatchers(cluster, strike.role, arrival));
    case 'stop-inside':
      return stopInside(deps, strike.move, strike.pauseMs);
    case 'cut-inside':
      return cutInside(deps, strike.move, strike.silentMs);
    case 'cut-api':
      return cutOff(deps, [cluster.apis[strike.which]], strike.silentMs);
    case 'cut-dispatcher':
      return cutOff(deps, await pickDispatchers(cluster, strike.role, arrival), strike.silentMs);
    case 'restart-all':
      return restartInTurn([...cluster.dispatchers, ...cluster.apis]);
    case 'upgrade':
      await cluster.migrate(cluster.releases.own);
      return restartInTurn([...cluster.dispatchers, ...cluster.apis], cluster.releases.own);
    case 'roll-back':
      return restartInTurn([...cluster.apis, ...cluster.dispatchers], cluster.releases.first);
    case 'kill-database':
    case 'pause-database':
      return strikeProcesses(deps, strike, [cluster.stores.database]);
    case 'kill-redis':
      return killRedis(deps, strike);
    case 'pause-redis':
      return strikeProcesses(deps, strike, [cluster.stores.redis]);
    case 'empty-redis':
      return emptyRedis(cluster);
    case 'redis-failover':
    case 'mysql-failover':
    case 'mysql-switch':
      return strikeReplicas(deps, strike);
    default:
      return strikeBackend(deps, strike, await pickBackend(cluster, strike.backend, arrival));
  }
}

/** Kills, stops or pauses all of them at once, and brings them back after the strike's time. */
async function strikeProcesses(
  { clock }: Deps,
  strike: { kind: string; downMs?: number; pauseMs?: number },
  processes: readonly TrialProcess[],
): Promise<Hit> {
  const hit = processes.filter(({ isRunning }) => isRunning);
  if (strike.kind.startsWith('pause-')) {
    for (const one of hit) one.pause();
    await clock.sleep(strike.pauseMs ?? 0);
    for (const one of hit) one.resume();
  } else {
    const isKill = strike.kind.startsWith('kill-');
    await Promise.all(hit.map((one) => (isKill ? one.kill() : one.stop())));
    await clock.sleep(strike.downMs ?? 0);
    await Promise.all(hit.map((one) => one.start()));
  }
  return { targets: hit.map(({ name }) => name) };
}

/** As operators do: one after the other, each serving again before the next one stops. */
async function restartInTurn(
  processes: readonly (TrialApi | TrialDispatcher)[],
  release?: string,
): Promise<Hit> {
  for (const one of processes) {
    await one.stop();
    if (release !== undefined) one.release.root = release;
    await one.start();
  }
  return { targets: processes.map(({ name }) => name) };
}

const pickApis = ({ apis }: Cluster, which: 0 | 1 | 'both'): readonly TrialProcess[] =>
  which === 'both' ? apis : [apis[which]];

async function pickDispatchers(
  cluster: Cluster,
  role: DispatcherRole,
  { backendId }: Arrival,
): Promise<readonly TrialDispatcher[]> {
  if (role === 'both') return cluster.dispatchers;
  const owner = await findOwner(cluster, role, backendId);
  const ids = await Promise.all(cluster.dispatchers.map((dispatcher) => dispatcher.readId()));
  const found = cluster.dispatchers.filter((_, index) => owner !== undefined && ids[index] === owner);
  // Between two leases no dispatcher owns a backend: then any dispatcher is hit.
  return found.length > 0 ? found : [cluster.dispatchers[0]];
}

async function findOwner(
  { db }: Cluster,
  role: DispatcherRole,
  backendId: string | undefined,
): Promise<string | undefined> {
  try {
    if (role === 'leading') return (await db('leader').first('owner'))?.owner ?? undefined;
    const id = backendId ?? (await db('slots').orderBy('takenAt').first('backendId'))?.backendId;
    const backends = db('backends').whereNotNull('owner');
    const row = await (id === undefined ? backends : backends.where({ id })).first('owner');
    return row?.owner ?? undefined;
  } catch {
    return undefined; // Another strike has hit the database.
  }
}

async function pickBackend(cluster: Cluster, choice: BackendChoice, arrival: Arrival): Promise<TrialBackend> {
  const { backends, db } = cluster;
  const fallback = backends[typeof choice === 'number' ? choice : 0] as TrialBackend;
  if (typeof choice === 'number') return fallback;
  try {
    const id = arrival.backendId ?? (await db('slots').orderBy('takenAt').first('backendId'))?.backendId;
    const row = id === undefined ? undefined : await db('backends').where({ id }).first('url');
    return backends.find(({ url }) => url === row?.url) ?? fallback;
  } catch {
    return fallback; // Another strike has hit the database.
  }
}

type BackendStrike = Extract<Strike, { backend: BackendChoice }>;

async function strikeBackend(deps: Deps, strike: BackendStrike, backend: TrialBackend): Promise<Hit> {
  const hit: Hit = { targets: [backend.name] };
  switch (strike.kind) {
    case 'kill-backend':
    case 'pause-backend':
      return strikeProcesses(deps, strike, [backend]);
    case 'forget':
      await order(backend, { forget: true });
      return hit;
    case 'drop-sockets':
      await order(backend, { sockets: 'drop' });
      return hit;
    case 'backend-fault':
      await order(backend, { arm: [strike.fault] });
      return hit;
    case 'stall-sockets':
      await order(backend, { sockets: 'stall' });
      await deps.clock.sleep(strike.pauseMs);
      await order(backend, { sockets: 'release' });
      return hit;
    case 'kill-worker':
      await order(backend, { killWorker: true });
      // Only a new process has a worker again.
      await deps.clock.sleep(strike.downMs);
      return strikeProcesses(deps, { kind: 'kill-backend', downMs: 0 }, [backend]);
  }
}

/**
 * Another strike may have taken the backend away. The order counts as carried out all the same: a process that was
 * stopped carries it out when it goes on, long after nobody waits for its answer.
 */
async function order(backend: TrialBackend, what: object): Promise<void> {
  await backend.order(what).catch(() => undefined);
}

async function killRedis(
  { clock, cluster }: Deps,
  { keepsData, downMs }: { keepsData: boolean; downMs: number },
): Promise<Hit> {
  const { redis } = cluster.stores;
  await redis.kill();
  if (!keepsData) await rm(join(cluster.directory, 'redis'), { recursive: true, force: true });
  await clock.sleep(downMs);
  await redis.start();
  return { targets: [redis.name] };
}

async function emptyRedis({ stores: { redisUrl, redis } }: Cluster): Promise<Hit> {
  const client = createRedis({ url: redisUrl });
  try {
    await client.flushall();
    return { targets: [redis.name] };
  } catch {
    return { targets: [] }; // Another strike has hit it.
  } finally {
    client.disconnect();
  }
}
