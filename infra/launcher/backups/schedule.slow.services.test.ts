import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { listBackupRecords } from '@star-graph/core/desk/backup/backupRecords';
import { askForBackup, findBackupRun } from '@star-graph/core/desk/backup/backupRun';
import { createIdentity } from '@star-graph/core/desk/backup/sealedFile';
import { newId } from '@star-graph/core/ground/runtime/ids';
import { createTestDatabase, type TestDatabase } from '@star-graph/core/testing/db/testDatabase';
import { eventually } from '@star-graph/core/testing/eventually';
import { createManualClock, type ManualClock } from '@star-graph/core/testing/manualClock';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { createCleanEnvironment } from '../testing/launcher.ts';
import { createTestDir } from '../testing/processes.ts';
import { backupEnvSchema } from './backupConfig.ts';
import { runBackups } from './schedule.ts';

const checkout = fileURLToPath(new URL('../../..', import.meta.url));
const minuteMs = 60_000;

let made: TestDatabase;
let clock: ManualClock;
let dataDir: string;
beforeEach(async () => {
  made = await createTestDatabase();
  // The program that writes backups looks at the real time.
  clock = createManualClock(new Date());
  dataDir = createTestDir();
});
afterEach(() => made[Symbol.asyncDispose]());

/** The schedule of a launcher with the real program, until the test ends. It has looked once, and its program has ended. */
async function start(settings: Record<string, string>, root = checkout) {
  const said: string[] = [];
  const stopping = new AbortController();
  let looks = 0;
  // It sleeps after each look.
  const counting = {
    ...clock,
    sleep(ms: number, signal?: AbortSignal) {
      looks += 1;
      return clock.sleep(ms, signal);
    },
  };
  const running = runBackups(
    { clock: counting },
    {
      root,
      env: createCleanEnvironment({ DATABASE_URL: made.url, DATA_DIR: dataDir, ...settings }),
      config: { dataDir, backup: backupEnvSchema.parse(settings) },
      databaseUrl: made.url,
      say: (sentence) => said.push(sentence),
      stopped: stopping.signal,
    },
  );
  onTestFinished(async () => {
    stopping.abort();
    await running;
  });
  const lookedAgain = (last: number) => eventually(() => expect(looks).toBeGreaterThan(last));
  await lookedAgain(0);
  /** The first look falls on the first sleep's end, so that only the second one knows the whole time. */
  const lookAfter = async (ms: number) => {
    for (const passed of [ms, 10_000]) {
      const last = looks;
      await clock.advance(passed);
      await lookedAgain(last);
    }
  };
  return { said, lookAfter };
}

const ask = () => askForBackup({ database: made.database, clock }, { id: newId(), serviceKey: null });
const list = () => listBackupRecords(made.database, { limit: 9 });

test('a wish that fails before its file begins has a line with its cause, and only a new one is tried', async () => {
  await ask();
  const { said, lookAfter } = await start({});
  const fault = expect.stringContaining('Nobody could open the backup');
  expect(await findBackupRun(made.database)).toMatchObject({ fault, endedAt: expect.any(Date) });
  expect(await list()).toMatchObject([{ fault, bytes: null, folder: join(dataDir, 'backups') }]);
  await lookAfter(minuteMs);
  await lookAfter(20 * minuteMs);
  expect([said.length, (await list()).length]).toEqual([1, 1]);
  await ask();
  await lookAfter(10_000);
  // A third does not wait for the end of the rest that the second one began.
  const { askedAt } = await ask();
  await lookAfter(10_000);
  expect(said).toHaveLength(3);
  expect(await findBackupRun(made.database)).toMatchObject({ fault, askedAt, endedAt: expect.any(Date) });
});

test('a program that does not even begin ends the wish, with a line', async () => {
  await ask();
  await start({}, createTestDir());
  const fault = expect.stringContaining('Cannot find module');
  expect(await findBackupRun(made.database)).toMatchObject({ fault, endedAt: expect.any(Date) });
  expect(await list()).toMatchObject([{ fault, bytes: null }]);
});

test('a backup that is due is made, and of several launchers one makes it', async () => {
  const { recipient } = await createIdentity();
  const { said, lookAfter } = await start({ BACKUP_EVERY_HOURS: '24', BACKUP_RECIPIENTS: recipient });
  expect(said).toEqual([expect.stringMatching(/^Backup: /)]);
  expect(await list()).toMatchObject([{ fault: null, bytes: expect.any(Number) }]);
  await lookAfter(60 * minuteMs);
  // By this clock the next is due; the program, which looks again under the lock, knows a younger one.
  await lookAfter(24 * 60 * minuteMs);
  expect(said).toHaveLength(1);
  expect(await list()).toHaveLength(1);
  expect(readdirSync(join(dataDir, 'backups'))).toHaveLength(1);
});

test('a folder that cannot be made fails each backup with a line, after longer and longer rests, and never the launcher', async () => {
  const { recipient } = await createIdentity();
  writeFileSync(join(dataDir, 'file'), '');
  const BACKUP_DIR = join(dataDir, 'file', 'backups');
  const { said, lookAfter } = await start({
    BACKUP_EVERY_HOURS: '24',
    BACKUP_RECIPIENTS: recipient,
    BACKUP_DIR,
  });
  const fault = expect.stringContaining('ENOTDIR');
  expect(await list()).toMatchObject([{ fault, folder: BACKUP_DIR }]);
  await lookAfter(14 * minuteMs);
  expect(said).toHaveLength(1);
  await lookAfter(2 * minuteMs);
  expect(said).toHaveLength(2);
  // Each failure doubles the rest, to four hours.
  const rests = [30, 60, 120, 240, 240];
  for (const [index, minutes] of rests.entries()) {
    await lookAfter((minutes - 1) * minuteMs);
    expect(said).toHaveLength(2 + index);
    await lookAfter(2 * minuteMs);
    expect(said).toHaveLength(3 + index);
  }
});
