/** Time as a dependency, so that tests let a quarter of an hour pass in no time. */
export interface BotClock {
  /** Milliseconds since 1970. */
  nowMs(): number;
  /** Runs `act` once, `ms` later; the answer calls it off. */
  after(ms: number, act: () => void): () => void;
}

export const systemBotClock: BotClock = {
  nowMs: () => Date.now(),
  after(ms, act) {
    const timer = setTimeout(act, ms);
    return () => clearTimeout(timer);
  },
};
