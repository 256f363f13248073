import type { Logger } from 'pino';
import type { Clock } from './clock.ts';
import { type Loop, startLoop } from './loop.ts';

/** A view as its keeper sees it. */
interface KeptView {
  readonly lifeMs: number;
  refresh(): Promise<void>;
  ageMs(): number;
  /** Since somebody read it; infinite before. Left out for a value that is in use at all times, without being asked. */
  unreadMs?(): number;
}

/** Reads what this process holds of the database before anybody has to wait for it. */
export interface KeptViews {
  /** @returns a function that says that somebody had to read the view: it is in use again. */
  add(view: KeptView): () => void;
  /** Reads all views that are in use, as something that they show has changed. */
  refresh(): Promise<void>;
  /** Reads each view that is in use before its life is over. */
  keepFresh(): KeptFresh;
}

interface KeptFresh extends Pick<Loop, 'stop'> {
  /** Another process has changed something. */
  hearChange(): void;
}

/** So a view with a life of a second is read before that is over, if the database answers in a quarter of it. */
const roundMs = 750;
/** While nobody reads a view. A change is heard at once; only if its message is lost, what is in use at all times is this old. */
const idleRoundMs = 5_000;
/** A view that nobody reads costs nothing. */
const inUseMs = 60_000;

export function createKeptViews(deps: { clock: Clock; log: Logger }): KeptViews {
  const views = new Set<KeptView>();
  const running = new Set<Loop>();
  const isRead = ({ unreadMs }: KeptView) => unreadMs !== undefined && unreadMs() < inUseMs;
  const refreshThose = async (isWanted: (view: KeptView) => boolean) => {
    const inUse = [...views].filter((view) => (!view.unreadMs || isRead(view)) && isWanted(view));
    await Promise.all(inUse.map((view) => view.refresh()));
  };
  return {
    add(view) {
      views.add(view);
      return () => {
        for (const loop of running) loop.stir();
      };
    },
    refresh: () => refreshThose(() => true),
    keepFresh() {
      let hasChanged = false;
      const loop = startLoop(
        { clock: deps.clock, logger: deps.log },
        { name: 'views', intervalMs: roundMs, idleIntervalMs: idleRoundMs },
        async () => {
          const isChanged = hasChanged;
          hasChanged = false;
          await refreshThose(({ ageMs, lifeMs }) => isChanged || ageMs() + roundMs >= lifeMs);
          return [...views].some(isRead) ? undefined : 'idle';
        },
      );
      running.add(loop);
      return {
        stop() {
          running.delete(loop);
          return loop.stop();
        },
        hearChange() {
          hasChanged = true;
          loop.wake();
        },
      };
    },
  };
}
