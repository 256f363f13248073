/** More between two looks than a busy process needs: it was paused, or kept from its turns. */
const standstillMs = 1_000;
const lookEveryMs = 250;

/** Looks from now on whether this process stands still. */
export function watchStandstill() {
  let lookedAtMs = performance.now();
  let longestMs = 0;
  const look = () => {
    const nowMs = performance.now();
    longestMs = Math.max(longestMs, nowMs - lookedAtMs);
    lookedAtMs = nowMs;
  };
  const timer = setInterval(look, lookEveryMs);
  return {
    /** Whether it did, by now. */
    stoodStill(): boolean {
      look();
      return longestMs >= standstillMs;
    },
    stop: () => clearInterval(timer),
  };
}
