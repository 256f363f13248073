import type { Logger } from 'pino';
import type { ComfyConfig } from '../../comfy/comfy.ts';
import type { Database } from '../../ground/db/connect.ts';
import type { KeyRing } from '../../ground/encryption/keyRing.ts';
import type { Redis } from '../../ground/redis/createRedis.ts';
import type { JobQueues } from '../../ground/redis/jobQueues.ts';
import type { Subscriber } from '../../ground/redis/subscriber.ts';
import { listenToWakeSignals, type WakeListeners, type WakeSignals } from '../../ground/redis/wakeSignals.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import { newId } from '../../ground/runtime/ids.ts';
import { type Loop, startLoop } from '../../ground/runtime/loop.ts';
import type { RoundEnd } from '../../ground/runtime/pace.ts';
import type { Storage } from '../../ground/storage/storage.ts';
import type { Catalogue } from '../../library/catalogue/catalogue.ts';
import { createToolCheck } from '../../media/videos/runTool.ts';
import type { Inspector } from '../../people/safety/inspector.ts';
import { readWordRules } from '../../people/safety/wordRules.ts';
import type { EventPublisher } from '../events/outbox/commitAndPublish.ts';
import type { ProgressBus } from '../events/progressBus.ts';
import type { AttemptLimits, PostPermit } from './attempt/attempt.ts';
import { createBackendOwner } from './backend/backendOwner.ts';
import { createOwnedBackends, type OwnedBackend, type OwnedBackends } from './backend/ownedBackends.ts';
import { createBackendQueues } from './backendQueue.ts';
import { type DiscoveryConfig, startDiscovery } from './discovery/discovery.ts';
import { createLeader, type Leader } from './leader/leader.ts';
import { createLeadership, type Leadership } from './leader/leadership.ts';
import { startPlatformFigures } from './leader/platformFigures.ts';
import { createPlanPublisher } from './leader/publishedPlan.ts';
import { startPoolStatePublisher } from './leader/publishPoolState.ts';
import { reportGone } from './lease.ts';
import { createLocalDelivery, createLocalWaking } from './localDelivery.ts';
import { createRunTimes } from './runTimes.ts';
import { type Chore, startChores } from './sweeps/runChores.ts';
import { createThumbnails, type Thumbnails } from './sweeps/thumbnails.ts';
import { listTakenSlots } from './takenSlots.ts';
import type { RecyclePolicy } from './upkeep/recycle.ts';

export interface DispatcherDeps {
  database: Database;
  /** A pool for leases alone: see `leasesPool`. */
  leases: Database;
  clock: Clock;
  logger: Logger;
  storage: Storage;
  keyRing: KeyRing;
  catalogue: Catalogue;
  wakeSignals: WakeSignals;
  publisher: EventPublisher;
  redis: Redis;
  subscriber: Subscriber;
  /** Begins every key and channel in Redis. */
  prefix: string;
  jobQueues: JobQueues;
  progress: ProgressBus;
  /** What the leader does each minute besides planning. */
  listChores(host: ChoreHost): readonly Chore[];
  /** What it does in a round of its own. Default: nothing. */
  startRenting?: ((host: RentingHost) => { stop(): Promise<void> }) | undefined;
}

/** What a dispatcher lends to its chores. */
export interface ChoreHost {
  logger: Logger;
  leadership: Pick<Leadership, 'leads' | 'held' | 'lead'>;
  thumbnails: Pick<Thumbnails, 'sweep'>;
}

/** What it lends to who rents GPU servers. */
export interface RentingHost extends Pick<ChoreHost, 'logger' | 'leadership'> {
  leader: Pick<Leader, 'sight'>;
}

export interface DispatcherConfig {
  /** Life of an ownership lease; a dead dispatcher is replaced after it. */
  leaseMs: number;
  limits: AttemptLimits;
  /** How long `stop` waits for requests under way. */
  stopTimeoutMs: number;
  probeIntervalMs?: number;
  /** Thumbnails of its own results that may wait for it; the others go to the queue for all. Default: 8. */
  ownThumbnails?: number;
  comfy?: Partial<ComfyConfig>;
  /** Default: nothing looks at outputs. */
  inspector?: Inspector | undefined;
  /** Default: the pool is what the environment and administrators name. */
  discovery?: DiscoveryConfig | undefined;
  /** Default: backends are recycled by hand alone, without a restart. */
  recycling?: RecyclePolicy;
}

export interface Dispatcher {
  readonly id: string;
  /**
   * Takes no more work and leaves everything so that another dispatcher goes on at once: prompts on backends are not
   * touched.
   */
  stop(): Promise<void>;
}

/** It rests longer while no slot is taken. The leader's hand-over, a job and a signal end the rest. */
const lookPace = { name: 'look', intervalMs: 1_000, idleIntervalMs: 5_000 };
const defaultProbeIntervalMs = 5_000;

/**
 * Owns a fair share of the backends and runs their tasks; leads if no other dispatcher does. Resolves after the first
 * round of leases, when free backends are owned.
 */
export async function startDispatcher(deps: DispatcherDeps, config: DispatcherConfig): Promise<Dispatcher> {
  const id = newId();
  const logger = deps.logger.child({ dispatcherId: id });
  const { clock } = deps;
  const { tempDirectory } = config.limits;
  const backendQueues = createBackendQueues(deps.jobQueues);
  const thumbnails = createThumbnails({ ...deps, logger, tempDirectory, own: config.ownThumbnails });
  const delivery = createLocalDelivery(backendQueues, (backendId) => owned.find(backendId));
  const leader = createLeader({ ...deps, ...delivery, logger, publishPlan: createPlanPublisher(deps) }, id);
  const leadership = createLeadership({ ...deps, logger, leader }, id, config.leaseMs);
  const canCutFilms = createToolCheck('ffmpeg', logger);
  const owned = createOwnedBackends({ ...deps, logger, open, canCutFilms }, id, config.leaseMs);
  const runTimes = createRunTimes({ ...deps, logger });
  const wakeSignals = createLocalWaking(deps.wakeSignals, leader, () => leadership.leads);
  const chores = startChores(
    { clock, logger, leadership },
    deps.listChores({ logger, leadership, thumbnails }),
  );
  const renting = deps.startRenting?.({ logger, leadership, leader });
  const poolNews = startPoolStatePublisher({ ...deps, logger, leadership });
  const figures = startPlatformFigures({ ...deps, logger, leader, leadership });
  const discovery = startDiscovery({ ...deps, logger, leadership }, config.discovery);
  function open(backend: { id: string; url: string }, epoch: number, permit: PostPermit): OwnedBackend {
    const ownerDeps = {
      ...deps,
      logger,
      wakeSignals,
      runTimes,
      permit,
      limits: config.limits,
      inspector: config.inspector,
      wordRules: () => readWordRules(deps.database),
      recycling: config.recycling ?? { afterHours: 0, memoryGrowthBytes: 0 },
      onOutputs: thumbnails.add,
      timing: {
        probeIntervalMs: config.probeIntervalMs ?? defaultProbeIntervalMs,
        ...(config.comfy ? { comfy: config.comfy } : {}),
      },
    };
    const owner = createBackendOwner(ownerDeps, id, backend, epoch);
    const stopListening = backendQueues.listen(backend.id, () => looking.wake());
    return { url: backend.url, owner, stopListening };
  }

  const looking: Loop = startLoop({ clock, logger }, lookPace, () => look(deps, owned));
  const leading = startLeaseLoop({ clock, logger }, config.leaseMs, 'leadership', () => leadership.round());
  const renewing = startLeaseLoop({ clock, logger }, config.leaseMs, 'leases', () => owned.renew());
  const sharing = startLeaseLoop({ clock, logger }, config.leaseMs, 'share', async () => {
    await owned.share();
    looking.wake();
  });
  const parts = { leader, looking, sharing: sharing.loop, shown: [poolNews, figures] };
  const stopListening = await listenToWakeSignals(deps, listenersOf(parts));
  await Promise.all([leading.hasBegun, sharing.hasBegun]);

  return {
    id,
    async stop() {
      stopListening();
      const loops = [leading.loop, sharing.loop, looking, leader, chores, poolNews, figures, discovery];
      await Promise.all([...loops, renting].map((loop) => loop?.stop()));
      await Promise.race([
        Promise.all([owned.leaveAll(), leadership.release(), thumbnails.stop(), runTimes.stop()]),
        clock.sleep(config.stopTimeoutMs),
      ]);
      await renewing.loop.stop();
      await reportGone({ database: deps.leases }, id);
    },
  };
}

function listenersOf({
  leader,
  looking,
  sharing,
  shown,
}: {
  leader: Pick<Leader, 'wake'>;
  looking: Pick<Loop, 'wake'>;
  sharing: Pick<Loop, 'wake'>;
  /** What shows the queue and the pool. */
  shown: readonly Pick<Loop, 'stir'>[];
}): WakeListeners {
  const stir = () => {
    for (const loop of shown) loop.stir();
  };
  return {
    tasks(news) {
      leader.wake('tasks', news);
      stir();
    },
    slots: (news) => leader.wake('slots', news),
    backends() {
      leader.wake('slots');
      sharing.wake();
      stir();
    },
    cancel: () => looking.wake(),
  };
}

/** One query for all backends of this dispatcher finds the attempts to begin and to end. */
async function look({ clock, database }: DispatcherDeps, owned: OwnedBackends): Promise<RoundEnd> {
  const listedAtMs = clock.monotonicMs();
  const held = owned.list();
  const backendIds = held.map(({ owner }) => owner.ownership.backendId);
  const slots = await listTakenSlots(database, backendIds);
  for (const { owner } of held) {
    const { backendId } = owner.ownership;
    owner.takeIn(
      slots.filter((slot) => slot.backendId === backendId),
      listedAtMs,
    );
  }
  return slots.length === 0 ? 'idle' : undefined;
}

/** Leases have loops of their own, so that one that waits holds up no other. */
function startLeaseLoop(
  deps: { clock: Clock; logger: Logger },
  leaseMs: number,
  name: string,
  round: () => Promise<void>,
): { loop: Loop; hasBegun: Promise<void> } {
  const { promise: hasBegun, resolve: begin } = Promise.withResolvers<void>();
  const loop = startLoop(deps, { name, intervalMs: leaseMs / 3 }, async () => {
    await round();
    begin();
  });
  return { loop, hasBegun };
}
