import type { Clock } from '@star-graph/core/ground/runtime/clock';
import type { Cluster, TrialApi, TrialDispatcher } from './cluster/cluster.ts';
import { type Move, moves } from './moves.ts';

type Own = TrialApi | TrialDispatcher;

interface Deps {
  clock: Clock;
  cluster: Cluster;
  /** Aborts when what did not come is not waited for any more. */
  ended: AbortSignal;
}

interface Effect {
  begin(struck: Own): void;
  end(struck: Own): void;
  lastsMs: number;
}

/** Strikes the first process that makes this move, after the server got its statement and before the answer is back. */
async function strikeInside(deps: Deps, move: Move, effect: Effect): Promise<Hit> {
  const { of, sql } = moves[move];
  const processes: readonly Own[] = of === 'api' ? deps.cluster.apis : deps.cluster.dispatchers;
  const { promise: found, resolve: find } = Promise.withResolvers<Own | undefined>();
  let isFound = false;
  const holds = processes.map((one) =>
    one.gates.database.holdAt(
      (statement) => !isFound && sql.test(statement),
      () => {
        isFound = true;
        effect.begin(one);
        find(one);
      },
    ),
  );
  const giveUp = () => find(undefined);
  deps.ended.addEventListener('abort', giveUp, { once: true });
  if (deps.ended.aborted) giveUp();
  const struck = await found;
  if (struck) {
    await deps.clock.sleep(effect.lastsMs);
    effect.end(struck);
  }
  for (const hold of holds) hold.release();
  return { targets: struck ? [struck.name] : [] };
}

/** The process is stopped, and goes on where it was. */
export const stopInside = (deps: Deps, move: Move, pauseMs: number): Promise<Hit> =>
  strikeInside(deps, move, {
    begin: (struck) => struck.pause(),
    end: (struck) => struck.resume(),
    lastsMs: pauseMs,
  });

/** The process goes on, and what it had open is lost without a word: as if its machine had vanished. */
export const cutInside = (deps: Deps, move: Move, silentMs: number): Promise<Hit> =>
  strikeInside(deps, move, { begin: silence, end: restore, lastsMs: silentMs });

/** The same, wherever the processes are. */
export async function cutOff({ clock }: Deps, processes: readonly Own[], silentMs: number): Promise<Hit> {
  for (const one of processes) silence(one);
  await clock.sleep(silentMs);
  for (const one of processes) restore(one);
  return { targets: processes.map(({ name }) => name) };
}

function silence({ gates }: Own): void {
  gates.database.silence();
  gates.redis.silence();
}

function restore({ gates }: Own): void {
  gates.database.restore();
  gates.redis.restore();
}

/** What a strike hit, by name; a strike may find nothing to hit. */
export interface Hit {
  targets: readonly string[];
  /** For how long nothing could be written, where that was measured. */
  awayMs?: number;
}
