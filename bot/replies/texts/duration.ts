interface DurationPart {
  count: number;
  unit: 'day' | 'hour' | 'minute' | 'second';
}

/** Below this, half a minute more or less matters. */
const minutesFromSeconds = 90;

/**
 * A duration in words: its largest unit, and for hours and days the next one too. It is rounded up, so that the wait
 * is never longer than stated.
 * @param seconds at least 0; below 1 they count as 1.
 */
export function splitDuration(seconds: number): DurationPart[] {
  if (seconds < minutesFromSeconds) return [{ count: Math.max(1, Math.ceil(seconds)), unit: 'second' }];
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 60) return [{ count: minutes, unit: 'minute' }];
  const hours = Math.ceil(minutes / 60);
  const parts: DurationPart[] =
    minutes < 24 * 60
      ? [
          { count: Math.floor(minutes / 60), unit: 'hour' },
          { count: minutes % 60, unit: 'minute' },
        ]
      : [
          { count: Math.floor(hours / 24), unit: 'day' },
          { count: hours % 24, unit: 'hour' },
        ];
  return parts.filter(({ count }) => count > 0);
}
