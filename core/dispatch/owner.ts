import type { ComfyConfig } from '../comfy/comfy.ts';
import { createComfyClient } from '../comfy/comfyClient.ts';
import { Backend } from '../db/models/backend.ts';
import type { NewOutput } from '../tasks/attemptTransitions.ts';
import { type AttemptDeps, Evicted } from './attempt.ts';
import { createBreaker } from './breaker.ts';
import type { AttemptEnd } from './concludeAttempt.ts';
import type { Ownership } from './lease.ts';
import { startLoop } from './loop.ts';
import { attemptEnds } from './metrics.ts';
import { createProbe } from './probe.ts';
import { runAttempt } from './runAttempt.ts';
import { type Work, workKey } from './work.ts';

/** One backend in the hands of this dispatcher: the only socket to it, its probe, and an attempt for each taken slot. */
export interface Owner {
  readonly ownership: Ownership;
  /** The taken slots as they were at `listedAtMs` (monotonic): begins what is new and ends what is over. */
  takeIn(works: readonly Work[], listedAtMs: number): void;
  /** The task was cancelled: its attempt ends now instead of at the next look. */
  cancel(taskId: string): void;
  /** Leaves everything as it is for the next owner. POSTs under way are waited for. */
  leave(): Promise<void>;
}

export interface OwnerDeps extends Omit<AttemptDeps, 'client' | 'health'> {
  onOutputs(outputs: readonly NewOutput[]): void;
  timing: { probeIntervalMs: number; comfy?: Partial<ComfyConfig> };
}

interface Runner {
  taskId: string;
  run: AbortController;
  ended: Promise<void>;
}

export function createOwner(
  deps: OwnerDeps,
  owner: string,
  backend: { id: string; url: string },
  epoch: number,
): Owner {
  const ownership: Ownership = { backendId: backend.id, epoch };
  const logger = deps.logger.child({ backendId: backend.id });
  const client = createComfyClient({ clock: deps.clock, logger }, { ...deps.timing.comfy, url: backend.url });
  const breaker = createBreaker(deps.clock);
  const probe = createProbe({ ...deps, logger, client, breaker }, owner, ownership);
  const left = new AbortController();
  const runners = new Map<string, Runner>();
  /** When an attempt ended here: a list made before that still has it. */
  const endedAtMs = new Map<string, number>();
  const health = {
    reportDown: (reason: string) => probe.declareDown(reason),
    reportLoaded: createResidencyReport(deps, owner, ownership),
  };
  const attemptDeps: AttemptDeps = { ...deps, logger, client, health };

  const loop = startLoop(
    { clock: deps.clock, logger },
    { name: 'probe', intervalMs: deps.timing.probeIntervalMs },
    async () => {
      await probe.look();
      if (probe.isIdleWorker) evictAll('the backend executes nothing');
    },
  );

  function evictAll(reason: string): void {
    for (const { run } of runners.values()) run.abort(new Evicted(reason));
  }

  function begin(work: Work): void {
    const run = new AbortController();
    const signals = { run: run.signal, left: left.signal };
    const ended = runAttempt(attemptDeps, { owner, epoch }, work, signals)
      .then(
        (end) => noteEnd(end),
        (error: unknown) => logger.error({ err: error, taskId: work.taskId }, 'an attempt broke off'),
      )
      .finally(() => {
        runners.delete(workKey(work));
        endedAtMs.set(workKey(work), deps.clock.monotonicMs());
      });
    runners.set(workKey(work), { taskId: work.taskId, run, ended });
  }

  function noteEnd(end: AttemptEnd): void {
    attemptEnds.inc({ end: end.kind });
    if (end.kind === 'succeeded') {
      breaker.record('success');
      deps.onOutputs(end.outputs);
    }
    if (end.kind === 'elsewhere' && end.isBackendFault) breaker.record('fault');
    // The leader learns of a rest, or of its end, with the next look at the latest.
    if (breaker.state !== 'closed' || end.kind === 'elsewhere') loop.wake();
    if (end.kind === 'released') deps.bell.ring('slots');
  }

  return {
    ownership,
    takeIn(works, listedAtMs) {
      if (left.signal.aborted) return;
      for (const [key, atMs] of endedAtMs) if (atMs < listedAtMs) endedAtMs.delete(key);
      for (const work of works) {
        const runner = runners.get(workKey(work));
        if (runner && work.isOver) runner.run.abort(new Error('the task ended without this attempt'));
        if (!runner && !endedAtMs.has(workKey(work))) begin(work);
      }
    },
    cancel(taskId) {
      for (const runner of runners.values())
        if (runner.taskId === taskId) runner.run.abort(new Error('the task was cancelled'));
    },
    async leave() {
      const reason = new Error('the owner leaves the backend');
      left.abort(reason);
      for (const { run } of runners.values()) run.abort(reason);
      await Promise.all([loop.stop(), ...[...runners.values()].map(({ ended }) => ended)]);
      await client.close();
    },
  };
}

/** Saves what the last graph loaded, where it is another than before, for the next plans; a loss costs a better guess. */
function createResidencyReport(
  deps: Pick<OwnerDeps, 'database' | 'logger'>,
  owner: string,
  { backendId, epoch }: Ownership,
): (residency: readonly string[]) => void {
  let saved: string | undefined;
  return (residency) => {
    const text = JSON.stringify(residency);
    if (text === saved) return;
    saved = text;
    Backend.query(deps.database)
      .findById(backendId)
      .where({ owner, epoch })
      .patch({ residency: [...residency] })
      .catch((error: unknown) => {
        saved = undefined;
        deps.logger.warn({ err: error, backendId }, 'residency was not saved');
      });
  };
}
