import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { recordAct } from '../ground/audit.ts';
import { AuditHead, AuditRecord, AuditSeal } from '../ground/db/models/operation.ts';
import { createKeyRing } from '../ground/encryption/keyRing.ts';
import { systemClock as clock } from '../ground/runtime/clock.ts';
import { firstIdAt } from '../ground/runtime/ids.ts';
import { reencrypt } from '../people/signingKeys/reencrypt.ts';
import { silentLog } from '../testing/events.ts';
import { databaseFixture } from '../testing/fixture.ts';
import { checkAudit } from './auditCheck.ts';
import { sealAudit } from './auditSeals.ts';

const [older, newer] = ['2025', '2026'].map((kid) => ({ kid, secret: randomBytes(32) }));
const keyRing = createKeyRing(older ? [older] : []);
const { signal } = new AbortController();

const db = databaseFixture();

const deps = () => ({ database: db.database, clock, keyRing });
const seal = () => sealAudit(deps(), signal);

async function act(name: string): Promise<void> {
  const data = { before: { role: 'user', tags: ['é', 1.5] }, after: { role: name, at: null } };
  await recordAct(deps(), db.database, {
    actorId: null,
    action: 'user.change',
    target: `user:${name}`,
    data,
  });
}

beforeEach(async () => {
  for (const table of ['audit', 'audit_seals', 'seal_keys']) await db.database(table).delete();
  await AuditHead.query(db.database).findById(1).patch({ seq: 0, mac: '', sealedTo: '' });
});

test('every record is sealed once, and a chain that nobody touched is whole', async () => {
  for (const name of ['a', 'b', 'c']) await act(name);
  const both = await Promise.all([seal(), seal()]);
  expect(both.reduce((sum, count) => sum + count, 0)).toBe(3);
  await act('d');
  const before = await checkAudit(deps(), 0);
  expect(before).toEqual({ checkedTo: 3, isComplete: true, unsealed: 1, faults: [] });
  expect(await seal()).toBe(1);
  expect(await seal()).toBe(0);
  expect(await checkAudit(deps(), 0)).toEqual({ checkedTo: 4, isComplete: true, unsealed: 0, faults: [] });
});

test('a record that commits after later ones is sealed too', async () => {
  await act('a');
  await seal();
  const id = firstIdAt(Date.now() - 10 * 60_000);
  const late = { id, actorId: null, action: 'a.b', target: 'c:late', data: {}, createdAt: new Date() };
  await AuditRecord.query(db.database).insert(late);
  expect(await seal()).toBe(1);
  expect(await checkAudit(deps(), 0)).toMatchObject({ checkedTo: 2, unsealed: 0, faults: [] });
});

test('old records are sealed page by page, and then left alone', async () => {
  const values = {
    actorId: null,
    action: 'a.b',
    target: 'c:d',
    data: '{}',
    createdAt: new Date('2020-01-01'),
  };
  const old = Array.from({ length: 1_000 }, (_, at) => ({ id: firstIdAt(at * 1_000), ...values }));
  await db.database('audit').insert(old);
  expect(await seal()).toBe(1_000);
  const head = await AuditHead.query(db.database).findById(1);
  expect(head).toMatchObject({ seq: 1_000, sealedTo: old.at(-1)?.id });
  expect(await checkAudit(deps(), 0, 2_000)).toMatchObject({ checkedTo: 1_000, unsealed: 0, faults: [] });
});

test('a check goes on where the last one ended', async () => {
  for (const name of ['a', 'b', 'c']) await act(name);
  await seal();
  expect(await checkAudit(deps(), 0, 2)).toMatchObject({ checkedTo: 2, isComplete: false, faults: [] });
  expect(await checkAudit(deps(), 2, 2)).toMatchObject({ checkedTo: 3, isComplete: true, faults: [] });
});

test('records stay sealed under their key when a newer one signs', async () => {
  await act('a');
  await seal();
  const rotated = createKeyRing([newer, older].flatMap((key) => key ?? []));
  await act('b');
  await sealAudit({ ...deps(), keyRing: rotated }, signal);
  expect(await checkAudit({ ...deps(), keyRing: rotated }, 0)).toMatchObject({ checkedTo: 2, faults: [] });
  expect((await AuditSeal.query(db.database).orderBy('seq')).map(({ kid }) => kid)).toEqual(['2025', '2026']);
  const { faults } = await checkAudit(deps(), 0);
  expect(faults).toMatchObject([{ kind: 'key-missing', seq: 2 }]);
});

test('seals can be checked when their data key is gone', async () => {
  await act('a');
  await seal();
  if (!newer || !older) throw new Error('there are two');
  const both = { ...deps(), keyRing: createKeyRing([newer, older]) };
  await reencrypt({ ...both, log: silentLog }, signal);
  const alone = { ...deps(), keyRing: createKeyRing([newer]) };
  expect(await checkAudit(alone, 0)).toMatchObject({ checkedTo: 1, faults: [] });
  await AuditRecord.query(db.database).patch({ action: 'user.forged' });
  expect((await checkAudit(alone, 0)).faults).toMatchObject([{ kind: 'changed', seq: 1 }]);
  await db.database('seal_keys').where({ kid: older.kid }).update({ secret: 'v1.2026.AAAA' });
  expect((await checkAudit(alone, 0)).faults).toMatchObject([{ kind: 'key-missing', seq: 1 }]);
});

describe('a check finds', () => {
  beforeEach(async () => {
    for (const name of ['a', 'b', 'c', 'd']) await act(name);
    await seal();
  });
  const targetOf = (name: string) => ({ target: `user:${name}` });
  const faultsNow = async () =>
    (await checkAudit(deps(), 0)).faults.map(({ kind, seq }) => `${kind} ${seq}`).toSorted();

  test('a record that was removed', async () => {
    await AuditRecord.query(db.database).delete().where(targetOf('b'));
    expect(await faultsNow()).toEqual(['record-missing 2']);
  });

  test('a record that was removed with its seal', async () => {
    const record = await AuditRecord.query(db.database).findOne(targetOf('b')).throwIfNotFound();
    await AuditSeal.query(db.database).delete().where({ auditId: record.id });
    await record.$query(db.database).delete();
    expect(await faultsNow()).toEqual(['changed 3', 'seal-missing 2']);
  });

  test('a cut end', async () => {
    const record = await AuditRecord.query(db.database).findOne(targetOf('d')).throwIfNotFound();
    await AuditSeal.query(db.database).delete().where({ auditId: record.id });
    await record.$query(db.database).delete();
    expect(await faultsNow()).toEqual(['end-missing 4']);
  });

  test.each([
    ['what was done', { action: 'user.credits' }],
    ['who did it', { actorId: 'another' }],
    ['to whom', { target: 'user:another' }],
    ['what changed', { data: { before: {}, after: { role: 'b' } } }],
    ['when', { createdAt: new Date('2020-01-01') }],
  ])('a record in which somebody changed %s', async (_what, change) => {
    await AuditRecord.query(db.database).where(targetOf('b')).patch(change);
    expect(await faultsNow()).toEqual(['changed 2']);
  });

  test('a chain that was made anew without the key', async () => {
    await AuditRecord.query(db.database).where(targetOf('b')).patch({ action: 'user.credits' });
    await db.database('audit_seals').delete();
    await AuditHead.query(db.database).findById(1).patch({ seq: 0, mac: '', sealedTo: '' });
    const forger = createKeyRing([{ kid: '2025', secret: randomBytes(32) }]);
    await sealAudit({ ...deps(), keyRing: forger }, signal);
    expect(await faultsNow()).toEqual(['changed 1', 'changed 2', 'changed 3', 'changed 4']);
  });
});

test('without a key nothing is sealed', async () => {
  await act('a');
  expect(await sealAudit({ ...deps(), keyRing: createKeyRing([]) }, signal)).toBe(0);
  expect(await checkAudit(deps(), 0)).toMatchObject({ unsealed: 1, faults: [] });
});
