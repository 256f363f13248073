import type { Clock } from '../runtime/clock.ts';

/**
 * A primary that became a replica refuses writes and still answers reads, with rows that grow older. Its connections
 * stay open, so a pool would keep them.
 */

/** Refusals of a read-only server, session or engine: MariaDB's and MySQL's, and a Galera node's outside the majority. */
const refusalErrnos = new Set([1047, 1792, 1836, 1874]);
/** "The server is running with the … option": one errno for many options. */
const optionErrno = 1290;

/** Whether a server that is no primary (any more) refused a statement. The statement did nothing, nor its transaction. */
export const isDemoted = (error: unknown): boolean =>
  error instanceof Error &&
  'errno' in error &&
  (refusalErrnos.has(Number(error.errno)) ||
    (error.errno === optionErrno && /read[-_]only/i.test(error.message)));

/** What the pools of one database know together: one refusal ends all connections that were open then. */
export interface Demotions {
  note(): void;
  /** Whether no server refused since the connection was opened. */
  isAfter(openedAtMs: number): boolean;
}

export function createDemotions(clock: Pick<Clock, 'monotonicMs'>): Demotions {
  let lastAtMs = Number.NEGATIVE_INFINITY;
  return {
    note() {
      lastAtMs = clock.monotonicMs();
    },
    isAfter: (openedAtMs) => openedAtMs > lastAtMs,
  };
}
