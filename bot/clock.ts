/** Time as a dependency, so that tests can skip a quarter of an hour. */
export interface BotClock {
  /** Milliseconds since 1970. */
  nowMs(): number;
  /** Runs `act` once, `ms` later. @returns a function that cancels it. */
  after(ms: number, act: () => void): () => void;
}

export const systemBotClock: BotClock = {
  nowMs: () => Date.now(),
  after(ms, act) {
    const timer = setTimeout(act, ms);
    return () => clearTimeout(timer);
  },
};
