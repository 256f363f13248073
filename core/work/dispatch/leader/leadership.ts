import type { Logger } from 'pino';
import type { Database } from '../../../ground/db/connect.ts';
import { describeClock, readDatabaseTime } from '../../../ground/db/databaseTime.ts';
import { untilUnlocked } from '../../../ground/db/untilUnlocked.ts';
import type { Clock } from '../../../ground/runtime/clock.ts';
import { beginLead, type Lead } from '../../../ground/telemetry/leaderMetrics.ts';
import { clockOffset, leaseLosses } from '../dispatcherMetrics.ts';
import { releaseLeadership, renewLeadership, takeLeadership } from '../lease.ts';
import type { Leader } from './leader.ts';

/** This dispatcher's lease of the leadership. */
export interface Leadership {
  /** Renews it, or takes it if it is free. Without it while this process's clock is off. */
  round(): Promise<void>;
  readonly leads: boolean;
  /** Its epoch and owner; a transaction that depends on them checks `leads` of `leaderFence.ts` again. */
  readonly held: { owner: string; epoch: number } | undefined;
  /** Shows figures of the whole platform for as long as the lease lasts; undefined while another dispatcher leads. */
  readonly lead: Lead | undefined;
  /** Releases it, so that another dispatcher can lead at once. */
  release(): Promise<void>;
}

export function createLeadership(
  deps: { leases: Database; clock: Clock; logger: Logger; leader: Pick<Leader, 'setEpoch'> },
  owner: string,
  ttlMs: number,
): Leadership {
  const database = { database: deps.leases };
  let epoch: number | undefined;
  let lead: Lead | undefined;
  let wasOff = false;

  function setEpoch(next: number | undefined, untilMs = 0): void {
    if (next !== epoch) {
      deps.logger.info({ epoch: next ?? null }, next === undefined ? 'follows' : 'leads');
      lead?.end();
      lead = next === undefined ? undefined : beginLead(untilMs);
    }
    epoch = next;
    deps.leader.setEpoch(next);
  }

  /** @returns false when another dispatcher took over. */
  async function renew(held: { owner: string; epoch: number }): Promise<boolean> {
    let isLost = false;
    const isUnlocked = await untilUnlocked(deps.clock, ttlMs / 6, async () => {
      const untilMs = performance.now() + ttlMs;
      const renewal = await renewLeadership(database, held, ttlMs);
      isLost = renewal === 'lost';
      if (renewal === 'renewed') lead?.extend(untilMs);
      return renewal !== 'locked';
    });
    if (isLost) leaseLosses.inc({ lease: 'leadership' });
    if (!isUnlocked)
      deps.logger.warn(held, 'the leadership is locked by another transaction and was not renewed');
    return !isLost;
  }

  async function release(): Promise<void> {
    if (epoch === undefined) return;
    const held = { owner, epoch };
    setEpoch(undefined);
    await releaseLeadership(database, held);
  }

  /** Plans and deletions go by the clock. Who has a wrong one leaves both to others, and says so. */
  async function isClockOff(): Promise<boolean> {
    const { offsetMs, isOff } = await readDatabaseTime({ database: deps.leases, clock: deps.clock });
    clockOffset.set(offsetMs / 1_000);
    if (isOff !== wasOff && isOff)
      deps.logger.error({ offsetMs }, `does not lead: ${describeClock(offsetMs)}; set both by NTP`);
    else if (isOff !== wasOff) deps.logger.info({ offsetMs }, 'may lead again: the clock is right');
    wasOff = isOff;
    return isOff;
  }

  return {
    async round() {
      if (await isClockOff()) return release();
      if (epoch !== undefined && !(await renew({ owner, epoch }))) setEpoch(undefined);
      if (epoch === undefined) {
        const untilMs = performance.now() + ttlMs;
        setEpoch(await takeLeadership(database, owner, ttlMs), untilMs);
      }
      // The planner may have seen a newer epoch and stopped; this one counts.
      deps.leader.setEpoch(epoch);
    },
    get leads() {
      return epoch !== undefined;
    },
    get lead() {
      return lead;
    },
    get held() {
      return epoch === undefined ? undefined : { owner, epoch };
    },
    release,
  };
}
