import type { Clock } from '../../ground/runtime/clock.ts';
import { type Finding, finding } from './findings.ts';

/** Less is the network and the rounding of a `Date` header to whole seconds. */
const allowedMs = 5_000;

/**
 * Reads another clock. Half of the way there and back is taken for the way back.
 * @returns how far it is ahead of ours
 */
export async function measureOffset(
  { clock }: { clock: Pick<Clock, 'now'> },
  readMs: () => Promise<number>,
): Promise<number> {
  const before = clock.now().getTime();
  const theirs = await readMs();
  return theirs - (before + clock.now().getTime()) / 2;
}

export function judgeOffset(whose: string, offsetMs: number): Finding[] {
  if (Math.abs(offsetMs) <= allowedMs) return [];
  const seconds = Math.round(Math.abs(offsetMs) / 1_000);
  return [
    finding(
      'clock-off',
      `The clock of ${whose} is ${seconds} seconds ${offsetMs > 0 ? 'ahead of' : 'behind'} this machine's.`,
      'Set both machines by NTP (timedatectl set-ntp true), then start what ran with the wrong time again.',
    ),
  ];
}

export const describeOffset = (offsetMs: number): string =>
  `clock ${offsetMs < 0 ? '−' : '+'}${Math.abs(offsetMs / 1_000).toFixed(1)} s`;
