import { expect, test } from 'vitest';
import { AuditRecord } from '../../ground/db/models/operation.ts';
import { newId } from '../../ground/runtime/ids.ts';
import { createTestDatabase } from '../../testing/db/testDatabase.ts';
import { eventually } from '../../testing/eventually.ts';
import { fixture } from '../../testing/fixture.ts';
import { createManualClock } from '../../testing/manualClock.ts';
import { listBackupRecords } from './backupRecords.ts';
import {
  askForBackup,
  failAsked,
  findAsked,
  findBackupRun,
  silentMs,
  stateOfRun,
  tellBackupRun,
} from './backupRun.ts';

const db = fixture(createTestDatabase);
const actor = { id: newId(), serviceKey: null };
const state = async (now: Date) => stateOfRun(await findBackupRun(db.database), now);
const listAsks = () => AuditRecord.query(db.database).where({ action: 'backup.ask' });

test('two presses at once ask for one backup, and the audit names it once', async () => {
  const clock = createManualClock();
  const { database } = db;
  expect(await state(clock.now())).toBe('none');
  expect(await findAsked(database, clock.now())).toBeUndefined();
  const asked = await Promise.all([1, 2, 3].map(() => askForBackup({ database, clock }, actor)));
  expect(new Set(asked.map(({ askedAt }) => askedAt?.getTime()))).toEqual(new Set([clock.now().getTime()]));
  expect(await findAsked(database, clock.now())).toEqual(clock.now());
  expect(await listAsks()).toMatchObject([{ actorId: actor.id, target: 'backup' }]);
});

test('a run is told of from its beginning to its end, and a press meanwhile changes nothing', async () => {
  const clock = createManualClock();
  const { database } = db;
  await askForBackup({ database, clock }, actor);
  const asks = (await listAsks()).length;
  const onFault = (error: unknown) => {
    throw error;
  };
  const held = Promise.withResolvers<string>();
  const run = tellBackupRun(
    { database, clock, onFault },
    { host: 'one', begunAt: clock.now() },
    (progress) => {
      Object.assign(progress, { allFiles: 4, files: 3, bytes: 900 });
      return held.promise;
    },
  );
  await eventually(async () => {
    await clock.advance(2_000);
    const row = await findBackupRun(database);
    expect(row).toMatchObject({ host: 'one', allFiles: 4, files: 3, bytes: 900, endedAt: null });
  });
  expect(await state(clock.now())).toBe('working');
  expect(await findAsked(database, clock.now())).toBeUndefined();
  expect((await askForBackup({ database, clock }, actor)).host).toBe('one');
  expect(await listAsks()).toHaveLength(asks);
  held.resolve('whole');
  expect(await run).toBe('whole');
  expect(await state(clock.now())).toBe('made');
  expect(await findAsked(database, clock.now())).toBeUndefined();
});

test('a run that fails says why, and the wish has ended with it', async () => {
  const clock = createManualClock();
  const { database } = db;
  await askForBackup({ database, clock }, actor);
  const deps = { database, clock, onFault: () => undefined };
  const fails = tellBackupRun(deps, { host: 'one', begunAt: clock.now() }, () =>
    Promise.reject(new Error('The disk is full.')),
  );
  await expect(fails).rejects.toThrow('The disk is full.');
  expect(await findBackupRun(database)).toMatchObject({ fault: 'The disk is full.', endedAt: clock.now() });
  expect(await findAsked(database, clock.now())).toBeUndefined();
});

test('the wish of a program that died is taken up by the next, and the dead one ends nothing', async () => {
  const clock = createManualClock();
  const { database } = db;
  const askedAt = (await askForBackup({ database, clock }, actor)).askedAt;
  const deps = { database, clock, onFault: () => undefined };
  const dead = Promise.withResolvers<void>();
  const first = tellBackupRun(deps, { host: 'dead', begunAt: clock.now() }, () => dead.promise);
  await eventually(async () => expect(await findBackupRun(database)).toMatchObject({ host: 'dead' }));
  const later = new Date(clock.now().getTime() + silentMs + 1);
  expect(await state(later)).toBe('silent');
  expect(await findAsked(database, later)).toEqual(askedAt);
  const held = Promise.withResolvers<void>();
  const second = tellBackupRun(deps, { host: 'next', begunAt: later }, () => held.promise);
  await eventually(async () => expect(await findBackupRun(database)).toMatchObject({ host: 'next' }));
  dead.resolve();
  await first;
  expect(await findBackupRun(database)).toMatchObject({ host: 'next', askedAt, endedAt: null });
  held.resolve();
  await second;
  expect((await findBackupRun(database)).endedAt).not.toBeNull();
});

test('a wish whose program died in silence ends with a cause, and the next press asks anew', async () => {
  const clock = createManualClock();
  const { database } = db;
  const deps = { database, clock };
  const fail = (askedAt: Date | null, fault: string) =>
    failAsked(deps, {
      askedAt: askedAt ?? new Date(0),
      host: 'one',
      fault,
      folder: '/backups',
      nameOf: (at) => `${at.getTime()}.age`,
    });
  const listed = async () => (await listBackupRecords(database, { limit: 9 })).map(({ fault }) => fault);
  const { askedAt } = await askForBackup(deps, actor);
  await fail(askedAt, 'Killed.'.repeat(100));
  expect(await listed()).toEqual([expect.stringMatching(/^Killed\./)]);
  expect(await state(clock.now())).toBe('failed');
  expect((await findBackupRun(database)).fault).toMatch(/^Killed\.(Killed\.){60}/);
  expect(await findAsked(database, clock.now())).toBeUndefined();
  await clock.advance(1_000);
  const again = await askForBackup(deps, actor);
  expect(again).toMatchObject({ askedAt: clock.now(), fault: null, endedAt: null });
  // Word of the one before comes late.
  await fail(askedAt, 'Late.');
  expect(await state(clock.now())).toBe('waiting');
  const held = Promise.withResolvers<void>();
  const onFault = (error: unknown) => {
    throw error;
  };
  const run = tellBackupRun(
    { ...deps, onFault },
    { host: 'other', begunAt: clock.now() },
    () => held.promise,
  );
  await eventually(async () => expect(await findBackupRun(database)).toMatchObject({ host: 'other' }));
  await fail(again.askedAt, 'Not mine.');
  expect(await state(clock.now())).toBe('working');
  held.resolve();
  await run;
  expect(await state(clock.now())).toBe('made');
  expect(await listed()).toHaveLength(1);
});
