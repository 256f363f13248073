import type { Logger } from 'pino';
import type { ComfyConfig } from '../../../comfy/comfy.ts';
import { createComfyClient } from '../../../comfy/comfyClient.ts';
import type { Database } from '../../../ground/db/connect.ts';
import { filmDeskUrl } from '../../../ground/db/models/backend.ts';
import { Task, terminalStatuses } from '../../../ground/db/models/task.ts';
import type { KeyRing } from '../../../ground/encryption/keyRing.ts';
import { startLoop } from '../../../ground/runtime/loop.ts';
import { untilAborted } from '../../../ground/runtime/untilAborted.ts';
import type { ChosenPrompt } from '../../tasks/assignTasks.ts';
import type { NewOutput } from '../../tasks/attemptTransitions.ts';
import type { AttemptDeps, BackendHealth } from '../attempt/attempt.ts';
import { runAttempt } from '../attempt/runAttempt.ts';
import { failBrokenAttempt } from '../attempt/settle/failBrokenAttempt.ts';
import type { AttemptEnd } from '../attempt/settle/finishAttempt.ts';
import { type BackendMeter, createBackendMeter } from '../backendMetrics.ts';
import { attemptEnds } from '../dispatcherMetrics.ts';
import type { Ownership } from '../lease.ts';
import type { TakenSlot } from '../takenSlots.ts';
import { createRecycle, type RecyclePolicy } from '../upkeep/recycle.ts';
import { createWarmUps } from '../upkeep/warmUp.ts';
import { createAttemptRunners } from './attemptRunners.ts';
import { type BackendAccess, createBackendAccess } from './backendAccess.ts';
import { type CircuitBreaker, createCircuitBreaker } from './circuitBreaker.ts';
import { createFilmDesk } from './filmDesk.ts';
import { createProbe, type Probe } from './probe.ts';
import { createResidencyRecord, type ResidencyRecord } from './saveResidency.ts';
import { createUnsentPrompts } from './unsentPrompts.ts';

/** Tasks that failed on one backend, perhaps by their own fault, perhaps by the backend's. */
interface UnresolvedFaults {
  add(taskId: string): void;
  /** Forgets the tasks that ended. @returns the users of those that succeeded on another backend. */
  settle(): Promise<string[]>;
}

/** Read from the database, since the other backend may belong to another dispatcher. */
function createUnresolvedFaults({ database }: { database: Database }, backendId: string): UnresolvedFaults {
  const open = new Set<string>();
  return {
    add(taskId) {
      open.add(taskId);
    },
    async settle() {
      if (open.size === 0) return [];
      const ended = await Task.query(database)
        .join('attempts', (on) =>
          on.on('attempts.taskId', 'tasks.id').andOn('attempts.attempt', 'tasks.attempt'),
        )
        .whereIn('tasks.id', [...open])
        .whereIn('tasks.status', terminalStatuses)
        .select('tasks.id', 'tasks.userId', 'tasks.status', 'attempts.backendId')
        .castTo<{ id: string; userId: string; status: string; backendId: string }[]>();
      for (const { id } of ended) open.delete(id);
      return ended.flatMap((task) =>
        task.status === 'succeeded' && task.backendId !== backendId ? task.userId : [],
      );
    },
  };
}

/** One backend that this dispatcher owns: the only socket to it, its probe, and an attempt for each taken slot. */
export interface BackendOwner {
  readonly ownership: Ownership;
  /** For an attempt that is about to be assigned to the backend by this process. */
  choosePrompt(): ChosenPrompt;
  /** See `AttemptRunners`. */
  takeIn(slots: readonly TakenSlot[], listedAtMs: number): void;
  /** Leaves everything as it is for the next owner. Waits for POSTs under way. */
  leave(): Promise<void>;
}

interface BackendOwnerDeps extends Omit<AttemptDeps, 'client' | 'health' | 'turn'> {
  onOutputs(outputs: readonly NewOutput[]): void;
  /** Decrypts the credentials of backends. */
  keyRing: KeyRing;
  recycling: RecyclePolicy;
  timing: { probeIntervalMs: number; comfy?: Partial<ComfyConfig> };
}

/**
 * The part of an attempt's time limit after which a silent run counts as stuck. Loading a model is silent, and so are
 * some nodes; a limit that lets a silent load take half of it leaves no time for the run itself.
 */
const silentShare = 0.5;

/** Until its name was read: an id is no label. */
const unnamed = 'unnamed';

/** How many faults of this program an attempt may meet, with growing pauses, before its task fails. */
const mostBreakOffs = 8;

export function createBackendOwner(
  deps: BackendOwnerDeps,
  owner: string,
  backend: { id: string; url: string },
  epoch: number,
): BackendOwner {
  const ownership: Ownership = { backendId: backend.id, epoch };
  const logger = deps.logger.child({ backendId: backend.id });
  const access = createBackendAccess(deps, backend);
  const client = openClient({ ...deps, logger }, backend, access, () => {
    probe.doubtInventory();
    loop.wake();
  });
  const breaker = createCircuitBreaker(deps.clock);
  const left = new AbortController();
  const unsent = createUnsentPrompts();
  const probe = createProbe(
    { ...deps, logger, client, breaker, nameOf: () => access.name, left: left.signal },
    owner,
    ownership,
  );
  const doubts = createUnresolvedFaults(deps, backend.id);
  const meter = createMeter({ backend, access, probe, breaker });
  const residency = createResidencyRecord({ ...deps, logger, probe, meter }, owner, ownership);

  const upkeepDeps = { ...deps, logger, client, residency, breaker, left: left.signal };
  const recycle = createRecycle(ageing(upkeepDeps, backend), owner, backend, ownership);
  const warmUps = createWarmUps(upkeepDeps, owner, ownership);

  const loop = startLoop(
    { clock: deps.clock, logger },
    { name: 'probe', intervalMs: deps.timing.probeIntervalMs },
    unlessLeft(left.signal, async () => {
      for (const userId of await doubts.settle()) breaker.record('fault', userId);
      await access.refresh();
      // Before the probe, which may let new work in.
      await untilAborted(left.signal, () => residency.verify(client));
      const seen = await probe.look();
      evictFromStuck();
      await recycle.step(seen);
      await warmUps.look(seen);
    }),
  );
  const runners = createAttemptRunners(
    upkeepDeps,
    left.signal,
    async (slot, signals, { noteStarted, turn, brokeOff }) => {
      const health = createHealth({ probe, residency, meter, noteStarted, evictFromStuck });
      const attemptDeps = { ...deps, logger, client: unsent.watch(client), health, turn };
      const run = brokeOff >= mostBreakOffs && !slot.isOver ? failBrokenAttempt : runAttempt;
      noteEnd(await run(attemptDeps, { owner, epoch }, slot, signals), slot);
    },
  );

  function evictFromStuck(): void {
    if (probe.isStuck) runners.evictWaiting('the backend executes nothing');
  }

  function noteEnd(end: AttemptEnd, { taskId }: TakenSlot): void {
    attemptEnds.inc({ end: end.kind });
    if (end.kind === 'succeeded') {
      breaker.record('success', end.userId);
      deps.onOutputs(end.outputs);
    }
    if (end.kind === 'elsewhere') noteBlame({ logger, breaker, doubts }, end, taskId);
    if (end.kind === 'failed' && end.doubtOf !== undefined) breaker.record('doubt', end.doubtOf);
    // The leader learns of a new state of the breaker with the next probe at the latest.
    if (breaker.state !== 'closed' || end.kind === 'elsewhere') loop.wake();
    if (end.kind === 'released') deps.wakeSignals.send('slots');
  }

  return {
    ownership,
    choosePrompt: () => ({ promptId: unsent.choose(), owner, epoch }),
    takeIn(slots, listedAtMs) {
      if (left.signal.aborted) return;
      if (slots.some(({ isOver }) => !isOver)) warmUps.giveWay();
      runners.takeIn(slots.map(unsent.see), listedAtMs);
    },
    async leave() {
      const reason = new Error('the owner leaves the backend');
      left.abort(reason);
      await Promise.all([loop.stop(), runners.endAll(reason)]);
      await warmUps.ended();
      await client.close();
      meter.end();
    },
  };
}

/** Nothing of the film desk ages: its dispatcher is what is started anew. */
const ageing = <Deps extends { recycling: RecyclePolicy }>(deps: Deps, { url }: { url: string }): Deps =>
  url === filmDeskUrl ? { ...deps, recycling: { afterHours: 0, memoryGrowthBytes: 0 } } : deps;

function noteBlame(
  {
    logger,
    breaker,
    doubts,
  }: { logger: Logger; breaker: CircuitBreaker; doubts: Pick<UnresolvedFaults, 'add'> },
  { userId, blame, proof }: Extract<AttemptEnd, { kind: 'elsewhere' }>,
  taskId: string,
): void {
  if (proof !== undefined) {
    logger.error({ taskId, proof }, 'a backend delivered what proves it broken, and rests');
    breaker.trip(proof);
  } else if (blame === 'backend') breaker.record('fault', userId);
  else if (blame === 'either') {
    breaker.record('doubt', userId);
    doubts.add(taskId);
  }
}

const openClient = (
  { clock, logger, limits, timing }: Pick<BackendOwnerDeps, 'clock' | 'logger' | 'limits' | 'timing'>,
  { url }: { url: string },
  access: Pick<BackendAccess, 'read'>,
  onReopened: () => void,
) =>
  url === filmDeskUrl
    ? createFilmDesk({ clock }, limits.tempDirectory)
    : createComfyClient(
        { clock, logger },
        {
          stalledAfterMs: limits.attemptTimeoutMs * silentShare,
          ...timing.comfy,
          url,
          readAccess: access.read,
          onReopened,
        },
      );

const createMeter = ({
  backend,
  access,
  probe,
  breaker,
}: {
  backend: { id: string };
  access: Pick<BackendAccess, 'name'>;
  probe: Pick<Probe, 'state'>;
  breaker: Pick<CircuitBreaker, 'state'>;
}): BackendMeter =>
  createBackendMeter({
    name: () => (access.name === backend.id ? unnamed : access.name),
    state: () => probe.state,
    breaker: () => breaker.state,
  });

interface OwnerParts {
  probe: Probe;
  residency: ResidencyRecord;
  meter: BackendMeter;
  noteStarted(): void;
  evictFromStuck(): void;
}

const createHealth = ({
  probe,
  residency,
  meter,
  noteStarted,
  evictFromStuck,
}: OwnerParts): BackendHealth => ({
  async reportDown(reason, heldPromptId) {
    await probe.declareDown(reason, heldPromptId);
    evictFromStuck();
  },
  reportStarted(promptId, models) {
    noteStarted();
    return residency.noteStarted(promptId, models);
  },
  reportActivity: meter.note,
  reportOver: meter.noteOver,
  reportRan: noteStarted,
});

/** An attempt that breaks off because the owner leaves has no fault. */
const unlessLeft = (left: AbortSignal, round: () => Promise<void>) => async (): Promise<void> => {
  try {
    await round();
  } catch (error) {
    if (!left.aborted) throw error;
  }
};
