/** The usual delay of a process that gets its turns. */
const ordinaryMs = 100;
const tickMs = 50;

interface StallMeter {
  /** Milliseconds so far in which this process did not get to run. */
  stalledMs(): number;
  stop(): void;
}

/**
 * Measures how long a busy machine has kept this process from running. The bot that is tested runs beside the stand-in,
 * so such time says nothing about how fast it answers.
 */
export function createStallMeter(nowMs: () => number): StallMeter {
  let sumMs = 0;
  let lastMs = nowMs();
  const lateMs = () => Math.max(0, nowMs() - lastMs - ordinaryMs);
  const timer = setInterval(() => {
    sumMs += lateMs();
    lastMs = nowMs();
  }, tickMs);
  timer.unref();
  return { stalledMs: () => sumMs + lateMs(), stop: () => clearInterval(timer) };
}
