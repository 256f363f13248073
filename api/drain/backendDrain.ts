import type { ApiClient } from '@star-graph/client/client';
import { ClientProblem, Unreachable } from '@star-graph/client/clientProblem';
import type { Clock } from '@star-graph/core/ground/runtime/clock';
import type { Logger } from 'pino';

interface Deps {
  client: Pick<ApiClient, 'adminDrainBackend'>;
  clock: Clock;
  log: Logger;
}

interface DrainConfig {
  /** The address under which the pool knows the server. */
  url: string;
  limitMs: number;
  pollMs: number;
}

interface DrainEnd {
  isEmpty: boolean;
  /** Why it is drained, in a sentence for operators. */
  reason: string;
}

export interface BackendDrain {
  /** Takes back the drain of the server's last stop; until that was answered, or a drain begins. */
  takeBack(): Promise<void>;
  /** Drains it and waits until it has no task. All callers share one wait; it never rejects. */
  drain(): Promise<DrainEnd>;
}

/** A key that is refused today is refused in a minute; everything else may pass. */
const isFinal = (error: unknown): error is ClientProblem =>
  error instanceof ClientProblem && ['unauthenticated', 'forbidden', 'invalid-params'].includes(error.code);

const isPassing = (error: unknown): boolean => error instanceof ClientProblem || error instanceof Unreachable;

/**
 * Drains one GPU server by the API. Each question sets the drain again, so nothing depends on one answer, nor on this
 * process living on: a new one begins anew, and an API that is away is waited for.
 */
export function createBackendDrain({ client, clock, log }: Deps, config: DrainConfig): BackendDrain {
  const { url, limitMs, pollMs } = config;
  let draining: Promise<DrainEnd> | undefined;
  let takingBack: Promise<void> | undefined;

  /** @returns undefined if it should be asked again. */
  async function ask(wanted: boolean): Promise<DrainEnd | undefined> {
    try {
      const { tasks } = await client.adminDrainBackend({ body: { url, draining: wanted } });
      log.info({ url, draining: wanted, tasks }, 'the API answered');
      return tasks === 0 || !wanted ? { isEmpty: true, reason: 'It has no task.' } : undefined;
    } catch (err) {
      if (!isPassing(err)) throw err;
      if (err instanceof ClientProblem && err.code === 'not-found')
        return { isEmpty: true, reason: 'It was never in the pool, so it has no task.' };
      log.warn({ err, url }, 'the API did not do it');
      return isFinal(err) ? { isEmpty: false, reason: `The API refused: ${err.message}` } : undefined;
    }
  }

  async function askUntilDone(wanted: boolean, isOver: () => boolean): Promise<DrainEnd | undefined> {
    for (let end: DrainEnd | undefined; !isOver(); await clock.sleep(pollMs)) {
      end = await ask(wanted);
      if (end) return end;
    }
    return undefined;
  }

  async function drain(): Promise<DrainEnd> {
    const endMs = clock.monotonicMs() + limitMs;
    // Of two requests under way the drain has to come last.
    await takingBack;
    const end = await askUntilDone(true, () => clock.monotonicMs() >= endMs);
    const late = { isEmpty: false, reason: `It still has a task after ${limitMs / 1_000} s.` };
    log.info({ url, ...(end ?? late) }, 'the drain is over');
    return end ?? late;
  }

  return {
    takeBack() {
      takingBack ??= askUntilDone(false, () => draining !== undefined).then(() => undefined);
      return takingBack;
    },
    drain() {
      draining ??= drain().catch((error: unknown) => {
        log.error({ err: error }, 'the drain failed');
        return { isEmpty: false, reason: 'The drain failed: its log has the reason.' };
      });
      return draining;
    },
  };
}
