import { expect } from 'vitest';
import type { Database } from '../../ground/db/connect.ts';
import { readWaitingThreads } from './waitingThreads.ts';

/**
 * Until a transaction of this database waits for the lock of another one: then what it read before is known to be older
 * than what the other one writes. A statement that does not wait is never seen there.
 */
export async function untilOneWaits(database: Database): Promise<void> {
  const listWaiting = async () => {
    const [[row]] = (await database.raw('SHOW ENGINE INNODB STATUS')) as [[{ Status: string }]];
    const [own] = (await database.raw(
      'SELECT id FROM information_schema.processlist WHERE db = DATABASE()',
    )) as [{ id: number }[]];
    const waiting = readWaitingThreads(row.Status);
    return own.filter(({ id }) => waiting.has(Number(id)));
  };
  await expect.poll(listWaiting).not.toEqual([]);
}
