import type { Logger } from 'pino';
import type { Clock } from './clock.ts';
import { type Loop, startLoop } from './loop.ts';

/** A view as its keeper sees it. */
interface KeptView {
  readonly lifeMs: number;
  refresh(): Promise<void>;
  ageMs(): number;
  /** Since somebody read it; infinite before. */
  unreadMs(): number;
}

/** Reads what this process holds of the database before anybody has to wait for it. */
export interface KeptViews {
  add(view: KeptView): void;
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
/** A view that nobody reads costs nothing. */
const inUseMs = 60_000;

export function createKeptViews(deps: { clock: Clock; log: Logger }): KeptViews {
  const views = new Set<KeptView>();
  const refreshThose = async (isWanted: (view: KeptView) => boolean) => {
    const inUse = [...views].filter((view) => view.unreadMs() < inUseMs && isWanted(view));
    await Promise.all(inUse.map((view) => view.refresh()));
  };
  return {
    add: (view) => void views.add(view),
    refresh: () => refreshThose(() => true),
    keepFresh() {
      let hasChanged = false;
      const loop = startLoop(
        { clock: deps.clock, logger: deps.log },
        { name: 'views', intervalMs: roundMs },
        () => {
          const isChanged = hasChanged;
          hasChanged = false;
          return refreshThose(({ ageMs, lifeMs }) => isChanged || ageMs() + roundMs >= lifeMs);
        },
      );
      return {
        stop: () => loop.stop(),
        hearChange() {
          hasChanged = true;
          loop.wake();
        },
      };
    },
  };
}
