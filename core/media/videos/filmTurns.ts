import { Problem } from '../../ground/errors.ts';
import { type Clock, systemClock } from '../../ground/runtime/clock.ts';

/**
 * Whose film is checked next. A check takes up to some minutes of the machine, and a person may send many films at once:
 * one of each person is checked at a time, so that they wait for their own, and others for one of theirs at most.
 */
interface FilmTurns {
  /**
   * Rejects with the signal's reason; with a problem that says when to come again where the turn does not come in time.
   */
  run<Result>(personId: string, work: () => Promise<Result>, signal: AbortSignal): Promise<Result>;
}

interface Waiting {
  personId: string;
  begin(): void;
}

export function createFilmTurns(
  { clock }: { clock: Pick<Clock, 'after'> },
  { atOnce, mostWaitMs }: { atOnce: number; mostWaitMs: number },
): FilmTurns {
  const waiting: Waiting[] = [];
  const checked = new Set<string>();

  function beginNext(): void {
    while (checked.size < atOnce) {
      const at = waiting.findIndex(({ personId }) => !checked.has(personId));
      const [next] = at === -1 ? [] : waiting.splice(at, 1);
      if (!next) return;
      checked.add(next.personId);
      next.begin();
    }
  }

  function takeTurn(personId: string, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    return new Promise((resolve, reject) => {
      const end = () => {
        cancel();
        signal.removeEventListener('abort', leave);
      };
      const one: Waiting = {
        personId,
        begin() {
          end();
          resolve();
        },
      };
      const drop = (reason: unknown) => {
        end();
        waiting.splice(waiting.indexOf(one), 1);
        reject(reason);
      };
      const leave = () => drop(signal.reason);
      const cancel = clock.after(mostWaitMs, () => drop(checked.has(personId) ? ownFirst() : othersFirst()));
      signal.addEventListener('abort', leave, { once: true });
      waiting.push(one);
      beginNext();
    });
  }

  return {
    async run(personId, work, signal) {
      await takeTurn(personId, signal);
      try {
        return await work();
      } finally {
        checked.delete(personId);
        beginNext();
      }
    },
  };
}

const retry = { retryAfterSeconds: 60 };

const ownFirst = () =>
  new Problem(
    'quota-exceeded',
    'Another video of yours is still being checked. Send this one again when that is done.',
    retry,
  );

const othersFirst = () =>
  new Problem(
    'unavailable',
    'Many videos are being checked at the moment. Send it again in a minute.',
    retry,
  );

/** Less than proxies wait for an answer. */
const turns = createFilmTurns({ clock: systemClock }, { atOnce: 2, mostWaitMs: 45_000 });

/** For films that people send to this process. */
export const withFilmTurn: FilmTurns['run'] = turns.run;
