import type { Logger } from 'pino';
import { type BackendFacts, type ComfyClient, ComfyFault } from '../../../comfy/comfy.ts';
import type { Database } from '../../../ground/db/connect.ts';
import { Backend } from '../../../ground/db/models/backend.ts';
import type { WakeSignals } from '../../../ground/redis/wakeSignals.ts';
import type { Clock } from '../../../ground/runtime/clock.ts';
import type { PostPermit } from '../attempt/attempt.ts';
import type { Ownership } from '../lease.ts';
import { createDueRecycle, type RecycleLimits } from './dueRecycle.ts';
import { createRecycleMoves, hasStoodLong } from './recycleMoves.ts';
import { beginRestart, type RestartCall, type RestartHook } from './restartHook.ts';

export interface RecyclePolicy extends RecycleLimits {
  /** Default: a recycle ends with `/free`. */
  restart?: RestartHook;
}

interface RecycleDeps {
  database: Database;
  clock: Clock;
  logger: Logger;
  client: Pick<ComfyClient, 'free' | 'queue'>;
  permit: PostPermit;
  wakeSignals: Pick<WakeSignals, 'send'>;
  recycling: RecyclePolicy;
  residency: { forget(): Promise<void> };
  breaker: { renew(): void };
  left: AbortSignal;
}

/** What the last probe saw. */
export interface Seen {
  hasAnswered: boolean;
  facts: BackendFacts | undefined;
  /** It holds prompts and executes nothing: only a restart helps. */
  isStuck: boolean;
}

interface Recycle {
  /** Goes one step, or looks whether one is due. Called after each probe, in turn; it never waits for a hook. */
  step(seen: Seen): Promise<void>;
}

/** A restart that shows in nothing, as no prompt was known before, counts as done so long after the hook. */
const unseenRestartMs = 60_000;

/** The steps of `recycleStates`, by the owner of a backend. */
export function createRecycle(
  deps: RecycleDeps,
  owner: string,
  backend: { id: string; url: string },
  ownership: Ownership,
): Recycle {
  const moves = createRecycleMoves(deps, owner, ownership);
  const beginIfDue = createDueRecycle({ ...deps, moves }, owner, ownership, deps.recycling);
  const hook = deps.recycling.restart;
  /** Whether this owner told the backend to drop its models. */
  let hasFreed = false;
  let call: RestartCall | undefined;

  async function end(from: 'freeing' | 'restarting', fault: string | null): Promise<void> {
    deps.breaker.renew();
    if (!(await moves.end(from, fault))) return;
    deps.logger.info({ ...ownership, fault }, 'a recycle is over');
    deps.wakeSignals.send('slots');
  }

  async function drain({ isStuck }: Seen, isLong: boolean): Promise<void> {
    [hasFreed, call] = [false, undefined];
    // Prompts of other programs are waited for too, unless they wait for ever. Without a hook nothing ends them: models
    // are dropped between two prompts.
    if ((isStuck && hook) || (isLong && !hook) || (await isEmpty(deps))) await moves.free();
  }

  async function free(): Promise<void> {
    if (!hasFreed) {
      if (!(await mayTell(deps.permit))) return;
      const isAway = await deps.client.free().then(() => false, ifAway(true));
      if (isAway && !hook) return end('freeing', 'It did not answer when it was told to drop its models.');
      await deps.residency.forget();
      // It drops them when it finds the time: not before the next step does it get work, or a restart.
      hasFreed = true;
    } else if (hook) await moves.restart();
    else await end('freeing', null);
  }

  async function restart({ hasAnswered }: Seen, marker: string | null): Promise<void> {
    if (!hook) return end('restarting', 'This dispatcher has no restart hook: only the models were dropped.');
    if (!call) {
      if (await mayTell(deps.permit)) call = beginRestart(deps, hook, backend, marker);
      return;
    }
    call.wasAway ||= !hasAnswered;
    if (call.fault !== undefined) return end('restarting', `The restart hook failed: ${call.fault}.`);
    if (call.endedAtMs === undefined || !hasAnswered) return;
    const isNew = call.wasAway || (call.marker !== null && call.marker !== marker);
    const isOld = deps.clock.monotonicMs() - call.endedAtMs >= unseenRestartMs;
    if (isNew || isOld) await end('restarting', null);
  }

  return {
    async step(seen) {
      const row = await Backend.query(deps.database)
        .findById(backend.id)
        .where({ owner, epoch: ownership.epoch })
        .select('recycleState', 'residencyPromptId', 'freshSince', 'memoryFloorBytes')
        .select('residency', 'draining')
        .select(deps.database.raw(`${hasStoodLong} AS is_long`))
        .castTo<(Backend & { isLong: number | null }) | undefined>();
      if (row?.recycleState === 'draining') await drain(seen, row.isLong === 1);
      else if (row?.recycleState === 'freeing') await free();
      else if (row?.recycleState === 'restarting') await restart(seen, row.residencyPromptId);
      else if (row && seen.hasAnswered && seen.facts) await beginIfDue(row, seen.facts);
    },
  };
}

/** Whatever follows reaches the backend while no other owner can have it. */
const mayTell = async (permit: PostPermit): Promise<boolean> =>
  permit.isYoung() || ((await permit.renew()) && permit.isYoung());

async function isEmpty({ client, left }: Pick<RecycleDeps, 'client' | 'left'>): Promise<boolean> {
  const empty = { running: [], pending: [] };
  const { running, pending } = await client.queue(left).catch(ifAway(empty));
  return running.length + pending.length === 0;
}

/** A server that is away holds nothing to wait for, and a hook may bring it back. */
const ifAway =
  <T>(value: T) =>
  (error: unknown): T => {
    if (error instanceof ComfyFault) return value;
    throw error;
  };
