import type { RowDataPacket } from 'mysql2';
import { connectForBackup } from './snapshot.ts';

const speakEveryMs = 60_000;

/**
 * Of all processes that want to back this database up, one has the lock. It belongs to a session, so it ends with a
 * process that dies. @returns undefined while another has it
 */
export async function takeBackupLock(url: string): Promise<Disposable | undefined> {
  const connection = await connectForBackup(url);
  const [[row]] = await connection
    .promise()
    .query<RowDataPacket[]>("SELECT GET_LOCK(CONCAT('star-graph-backup:', SHA1(DATABASE())), 0) AS taken");
  if (row?.taken !== 1) {
    connection.destroy();
    return undefined;
  }
  // A lock that is lost lets a second backup begin, which does no harm.
  connection.on('error', () => undefined);
  const speaking = setInterval(() => connection.query('DO 0', () => undefined), speakEveryMs);
  return {
    [Symbol.dispose]() {
      clearInterval(speaking);
      connection.destroy();
    },
  };
}
