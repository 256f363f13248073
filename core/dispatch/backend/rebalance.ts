/** A backend as far as ownership is concerned. */
export interface Ownable {
  id: string;
  /** It has no owner, or its owner's lease ran out, or it is this dispatcher's, which does not know of it. */
  isFree: boolean;
  isMine: boolean;
  /** A slot is taken: its owner has a task in hand. */
  isBusy: boolean;
}

export interface Rebalance {
  /** In this order, and so many of them as can be had up to `takeAtMost`. */
  take: string[];
  takeAtMost: number;
  giveUp: string[];
}

/**
 * What one of `dispatchers` living dispatchers does to own its fair part. It takes free backends up to the part,
 * rounded up, so that none stays free; it gives up what is above only where no task is in hand, because a new owner
 * learns the progress of a running task by looking, not by listening.
 */
export function rebalance(backends: readonly Ownable[], dispatchers: number): Rebalance {
  const part = Math.ceil(backends.length / Math.max(1, dispatchers));
  const mine = backends.filter(({ isMine }) => isMine);
  const surplus = mine.length - part;
  const idle = mine.filter(({ isBusy }) => !isBusy);
  return {
    take: backends.filter(({ isFree, isMine }) => isFree && !isMine).map(({ id }) => id),
    takeAtMost: Math.max(0, -surplus),
    giveUp: idle.slice(0, Math.max(0, surplus)).map(({ id }) => id),
  };
}
