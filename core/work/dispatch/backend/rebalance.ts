/** The ownership of a backend. */
export interface Ownable {
  id: string;
  /** It has no owner, its owner's lease ran out, or it names this dispatcher, which does not know of it. */
  isFree: boolean;
  isMine: boolean;
  /** A slot is taken: its owner has a running task. */
  isBusy: boolean;
}

interface Rebalance {
  /** The tasks to take back, in this order, up to `takeAtMost` of them. */
  take: string[];
  takeAtMost: number;
  giveUp: string[];
}

/**
 * What one of `dispatchers` live dispatchers does to own its fair share. It takes free backends up to its share,
 * rounded up, so that none stays free. It gives up a surplus only of backends without a task, because a new owner
 * learns the progress of a running task by polls, not from the socket.
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
