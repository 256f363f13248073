import type { Clock } from '../clock.ts';
import { createFreshView } from '../freshView.ts';

/** What a process needs, or does better with. */
export interface Dependency {
  name: string;
  /** `start`: needed once, and not asked again after it answered. `always`: not ready without it. `not`: degraded. */
  needed: 'start' | 'always' | 'not';
  /** Longer counts as no answer. */
  limitMs: number;
  /** What anybody may read when it fails: a sentence without addresses and without the words of a library. */
  fault: string;
  /** Rejects or throws where it fails. */
  ask(): unknown;
}

interface DependencyState {
  name: string;
  ok: boolean;
  needed: boolean;
  reason?: string;
}

/** `ready`: whether the process can do its work, if slower; the reasons say what is wrong. */
export interface Readiness {
  ready: boolean;
  dependencies: DependencyState[];
}

export interface Health {
  /** Every dependency. At most a second old, for any number of callers. */
  readiness(): Promise<Readiness>;
  /** What is needed once: it never turns from ready to not ready, however the others do. */
  startup(): Promise<Readiness>;
}

const answerLifeMs = 1_000;

/** Asks all dependencies at once, so an answer takes no longer than the greatest of their limits. */
export function createHealth(
  deps: { clock: Pick<Clock, 'monotonicMs' | 'after'> },
  dependencies: readonly Dependency[],
): Health {
  const asking = dependencies.map((dependency) => createAsker(deps, dependency));
  const readAll = async (): Promise<Readiness> => {
    const states = await Promise.all(asking.map((ask) => ask()));
    return { ready: states.every(({ ok, needed }) => ok || !needed), dependencies: states };
  };
  const readiness = createFreshView(deps, answerLifeMs, readAll);
  const startNames = new Set(dependencies.filter((one) => one.needed === 'start').map(({ name }) => name));
  return {
    readiness: () => readiness.read(),
    async startup() {
      const { dependencies: states } = await readiness.read();
      const needed = states.filter(({ name }) => startNames.has(name));
      return { ready: needed.every(({ ok }) => ok), dependencies: needed };
    },
  };
}

/** A dependency that does not answer has one question waiting, however often it is asked about. */
function createAsker(
  { clock }: { clock: Pick<Clock, 'after'> },
  { name, needed, limitMs, fault, ask }: Dependency,
): () => Promise<DependencyState> {
  let waiting: Promise<boolean> | undefined;
  let hasAnswered = false;
  const answers = async (): Promise<boolean> => {
    try {
      await ask();
      return true;
    } catch {
      return false;
    }
  };
  const asked = (): Promise<boolean> => {
    waiting ??= answers().finally(() => {
      waiting = undefined;
    });
    return within(clock, limitMs, waiting);
  };
  return async () => {
    const isOk = (needed === 'start' && hasAnswered) || (await asked());
    hasAnswered ||= isOk;
    const state = { name, ok: isOk, needed: needed !== 'not' };
    return isOk ? state : { ...state, reason: fault };
  };
}

async function within(
  clock: Pick<Clock, 'after'>,
  limitMs: number,
  answer: Promise<boolean>,
): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<boolean>();
  const cancel = clock.after(limitMs, () => resolve(false));
  return await Promise.race([answer, late]).finally(cancel);
}
