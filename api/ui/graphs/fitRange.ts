/** From zero to a little beyond the values, so that zero is always in view and the highest is not cut. */
export function fitRange(lowest: number | null, highest: number | null, least: number): [number, number] {
  const [low, high] = [Math.min(0, lowest ?? 0), Math.max(0, highest ?? 0)];
  if (low === 0 && high === 0) return [0, least];
  const air = (high - low) * 0.08;
  return [low === 0 ? 0 : low - air, high === 0 ? 0 : high + air];
}

/** The marks at an axis of times are a minute apart at least: a shorter time would have none, or one. */
const leastMs = 600_000;

/** The first to the last time; around a single one there is room, as for a bar that begins with the last. */
export function fitTimes(times: readonly number[], hasBars: boolean): [number, number] {
  const [first = 0, last = 0] = [times[0], times.at(-1)];
  if (first === last) return [first - 1_800_000, last + 1_800_000];
  const room = hasBars ? ((last - first) / Math.max(1, times.length - 1)) * 0.6 : 0;
  return [Math.min(first - room, last + room - leastMs), last + room];
}
