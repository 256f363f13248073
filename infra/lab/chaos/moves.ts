/**
 * The statements inside which a process may be struck: the one that makes a move of a task's path, in its transaction,
 * or one that is a transaction by itself.
 */
export const moves = {
  accept: { of: 'api', sql: /^insert into `tasks`/i },
  cancel: { of: 'api', sql: /^update `tasks` set .*`status` = 'cancelled'/i },
  relay: { of: 'api', sql: /^update `outbox` set `sent_at`/i },
  assign: { of: 'dispatcher', sql: /^insert into `?slots`?/i },
  post: { of: 'dispatcher', sql: /^(?:update attempts set state =|insert into slots .*) 'posted'/is },
  start: { of: 'dispatcher', sql: /^update `tasks` inner join `attempts` .*'running'/i },
  complete: { of: 'dispatcher', sql: /^update `tasks` inner join `attempts` .*'succeeded'/i },
  fail: { of: 'dispatcher', sql: /^update `tasks` set `status` = 'failed'/i },
  requeue: { of: 'dispatcher', sql: /^update `tasks` set `status` = 'queued'/i },
  free: { of: 'dispatcher', sql: /^delete from `slots`/i },
  renew: { of: 'dispatcher', sql: /^UPDATE backends FORCE INDEX \(PRIMARY\) SET lease_until/ },
  take: { of: 'dispatcher', sql: /^UPDATE backends SET epoch/ },
  lead: { of: 'dispatcher', sql: /^UPDATE leader SET/ },
} as const satisfies Record<string, { of: 'api' | 'dispatcher'; sql: RegExp }>;

export type Move = keyof typeof moves;

export const moveNames = Object.keys(moves) as Move[];
