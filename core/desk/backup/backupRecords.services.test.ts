import { expect, test } from 'vitest';
import { BackupRecord } from '../../ground/db/models/backup.ts';
import { createTestDatabase } from '../../testing/db/testDatabase.ts';
import { listBackupRecords, recordBackup, recordCheck, recordRemovals } from './backupRecords.ts';

const at = (minute: number) => new Date(Date.UTC(2026, 10, 28, 3, minute));
const made = (minute: number) => ({
  name: `star-graph-2026-11-28T03-0${minute}-00Z.age`,
  folder: '/backups',
  startedAt: at(minute),
  endedAt: at(minute + 1),
});

test('a backup is recorded once, with its check and its removal, and no other is touched', async () => {
  await using db = await createTestDatabase();
  const { database } = db;
  const objects = { count: 3, missing: 1 };
  await recordBackup(database, { ...made(1), bytes: 900, objects });
  await recordBackup(database, { ...made(1), fault: 'a repeat that comes late' });
  await recordBackup(database, { ...made(2), fault: 'x'.repeat(900) });
  expect(await recordCheck(database, made(1).name, { checkedAt: at(5), fault: 'cut off' })).toBe(true);
  expect(await recordCheck(database, 'from-elsewhere.age', { checkedAt: at(5) })).toBe(false);
  await recordRemovals(database, [made(1).name, 'unknown.age'], at(6));
  await recordRemovals(database, [made(1).name], at(7));
  const [failed, whole] = await listBackupRecords(database, { limit: 5 });
  expect(whole).toMatchObject({
    bytes: 900,
    files: 3,
    missingFiles: 1,
    fault: null,
    checkedAt: at(5),
    checkFault: 'cut off',
    removedAt: at(6),
  });
  expect(failed).toMatchObject({ bytes: null, fault: 'x'.repeat(500), checkedAt: null, removedAt: null });
  expect(await BackupRecord.query(database).resultSize()).toBe(2);
});

test('a check that finds nothing takes an earlier fault back', async () => {
  await using db = await createTestDatabase();
  await recordBackup(db.database, { ...made(1), bytes: 900, objects: { count: 0, missing: 0 } });
  await recordCheck(db.database, made(1).name, { checkedAt: at(5), fault: 'the disk did not answer' });
  await recordCheck(db.database, made(1).name, { checkedAt: at(6) });
  const [row] = await listBackupRecords(db.database, { limit: 1 });
  expect(row).toMatchObject({ checkedAt: at(6), checkFault: null });
});
