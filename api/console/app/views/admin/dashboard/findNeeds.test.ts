import { expect, test } from 'vitest';
import { countServers, type DeskFacts, findNeeds } from './findNeeds.ts';

const now = new Date('2026-11-28T12:00:00Z');
const server = { enabled: true, draining: false, state: 'up', tasks: [] };
const backup = { name: 'a.age', startedAt: '2026-11-28T03:00:00Z' };
const well = {
  queue: { queued: 0, paused: false, lanes: [], plan: {} },
  servers: [server],
  ledger: { ok: true, checkedAt: '2026-11-28T03:00:00Z' },
  backups: [backup],
  isInUse: true,
  seenAt: ['2026-11-28T11:50:00Z', '2026-11-27T11:00:00Z'],
  settings: { settings: { MAINTENANCE: { value: null } }, ignored: [] },
  signIns: { failed: 3, locks: 0 },
  waiting: { reports: 0, mismatched: 0, undelivered: 0, setAside: 0 },
};
const find = (change: object) =>
  findNeeds({ ...well, ...change } as unknown as DeskFacts, now).map(({ kind }) => kind);

test('nothing needs anybody while all is well', () => {
  expect(find({})).toEqual([]);
  expect(find({ servers: [server, { ...server, enabled: false, state: 'down' }] })).toEqual([]);
  expect(find({ ledger: { ok: false } }), 'a first check under way is no fault').toEqual([]);
});

test('what keeps people from their pictures stands before what only waits', () => {
  const lanes = [{ lane: 'standard', queued: 2, oldestSeconds: 1_200 }];
  const queue = { queued: 2, paused: true, lanes };
  const waiting = { reports: 1, mismatched: 2, undelivered: 0, setAside: 1 };
  const signIns = { failed: 30, locks: 2 };
  expect(find({ servers: [{ ...server, state: 'down' }], queue, waiting, signIns })).toEqual([
    ...['no-servers', 'paused', 'no-plan', 'long-wait'],
    ...['mismatched-orders', 'reports', 'set-aside', 'locked-sign-ins'],
  ]);
});

test('the placeholder is no GPU server: it counts only where it is all there is', () => {
  const placeholder = { ...server, deviceName: 'cpu' };
  const gpu = { ...server, deviceName: 'cuda:0 NVIDIA GeForce RTX 4090' };
  const neverReached = { ...server, state: 'down' };
  const count = (...servers: object[]) => countServers(servers as unknown as DeskFacts['servers']);
  expect(count(placeholder)).toMatchObject({ all: 1, ready: 1, hasGpus: false });
  expect(count(placeholder, gpu)).toMatchObject({ all: 1, ready: 1, hasGpus: true });
  expect(count(placeholder, neverReached)).toMatchObject({ all: 1, ready: 0, down: 1, hasGpus: true });
  expect(find({ servers: [placeholder, { ...gpu, state: 'down' }] })).toEqual(['only-placeholder']);
});

test('a backup counts only while it is whole, there, and younger than two days', () => {
  const old = { ...backup, startedAt: '2026-11-26T11:00:00Z' };
  expect(find({ backups: [] })).toEqual(['no-backup']);
  expect(find({ backups: [old] })).toEqual(['old-backup']);
  expect(find({ backups: [{ ...backup, removedAt: backup.startedAt }] })).toEqual(['no-backup']);
  expect(find({ backups: [{ ...backup, fault: 'full disk' }, backup] })).toEqual(['failed-backup']);
  expect(find({ backups: [{ ...backup, checkFault: 'cut off' }, old] })).toEqual([
    'old-backup',
    'broken-backup',
  ]);
});

test('a new installation is not blamed for having no backup', () => {
  expect(find({ backups: [], isInUse: false })).toEqual([]);
  expect(find({ backups: [], seenAt: ['2026-11-28T11:50:00Z', '2026-11-27T13:00:00Z'] })).toEqual([]);
  expect(find({ backups: [{ ...backup, fault: 'full disk' }], isInUse: false })).toEqual(['failed-backup']);
});

test('a ledger that does not add up is said, whatever else is well', () => {
  expect(find({ ledger: { ok: false, checkedAt: backup.startedAt } })).toEqual(['ledger']);
});
