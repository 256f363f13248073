import type { Clock } from '../runtime/clock.ts';
import type { Database } from './connect.ts';

/**
 * A process whose clock is further from the database's neither leads nor deletes by age: what it calls old may be of
 * this minute.
 */
const mostClockOffMs = 60_000;

interface Deps {
  database: Database;
  clock: Pick<Clock, 'now'>;
}

interface DatabaseTime {
  now: Date;
  /** How far it is ahead of ours. Half of the way there and back is taken for the way back. */
  offsetMs: number;
  /** Whether ours is off for certain, however long the answer took. */
  isOff: boolean;
}

export async function readDatabaseTime({ database, clock }: Deps): Promise<DatabaseTime> {
  const beforeMs = clock.now().getTime();
  const [[row]] = (await database.raw('SELECT UNIX_TIMESTAMP(NOW(3)) * 1000 AS ms')) as [[{ ms: string }]];
  const afterMs = clock.now().getTime();
  const theirsMs = Number(row.ms);
  const offsetMs = theirsMs - (beforeMs + afterMs) / 2;
  const unsureMs = Math.abs(afterMs - beforeMs) / 2;
  return { now: new Date(theirsMs), offsetMs, isOff: Math.abs(offsetMs) - unsureMs > mostClockOffMs };
}

/** The database's time, by which ages count. @throws where this process's own is off. */
export async function requireDatabaseTime(deps: Deps): Promise<Date> {
  const { now, offsetMs, isOff } = await readDatabaseTime(deps);
  if (isOff) throw new Error(`nothing is deleted by its age: ${describeClock(offsetMs)}`);
  return now;
}

export const describeClock = (offsetMs: number): string =>
  `the clock of this machine is ${Math.round(Math.abs(offsetMs) / 1_000)} seconds ${
    offsetMs > 0 ? 'behind' : 'ahead of'
  } the database's`;
