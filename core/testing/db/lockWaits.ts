import { expect } from 'vitest';
import type { Database } from '../../ground/db/connect.ts';

/**
 * Until a transaction waits for the lock of another one: then what it read before is known to be older than what the
 * other one writes. By the server's own view, which it renews ten times a second at most: a wait of an earlier test may
 * still be in it, whose statement is not the one that its connection works on. A statement that does not wait is never
 * seen there.
 */
export async function untilOneWaits(database: Database): Promise<void> {
  const sql = `SELECT COUNT(*) AS n FROM information_schema.innodb_trx
    JOIN information_schema.processlist ON processlist.id = trx_mysql_thread_id
    WHERE trx_state = 'LOCK WAIT' AND db = DATABASE() AND LEFT(info, 200) = LEFT(trx_query, 200)`;
  const count = async () => Number((await database.raw(sql))[0][0].n);
  await expect.poll(count, { interval: 150 }).toBeGreaterThan(0);
}
