/**
 * How long a run still takes, at least 1 s. The usual time decides at first, later the run's own pace.
 * @param run.percent done, over the whole graph.
 * @param run.ranSeconds since it began.
 * @param run.usualSeconds from its beginning to its end, loading included.
 */
export function remainingSeconds(run: { percent: number; ranSeconds: number; usualSeconds: number }): number {
  const left = 1 - Math.min(100, Math.max(0, run.percent)) / 100;
  // At the pace so far the whole run takes ranSeconds / (1 - left). This estimate is weighted by the share done.
  const expectedSeconds = left === 1 ? run.usualSeconds : run.ranSeconds + left * run.usualSeconds;
  return Math.max(1, Math.ceil(left * expectedSeconds));
}
