import { afterEach, beforeEach, expect, test } from 'vitest';
import { newId } from '../../ground/runtime/ids.ts';
import { createOwnedBackend } from '../../testing/db/factories.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/db/testDatabase.ts';
import { reportAlive, takeLeadership } from '../../work/dispatch/lease.ts';
import { keepHeld } from '../retention/heldCuts.ts';
import { poolCheck } from './pool.ts';

let db: TestDatabase;
beforeEach(async () => {
  db = await createTestDatabase();
});
afterEach(() => db[Symbol.asyncDispose]());

const leaseMs = 3_600_000;
const look = async () => {
  const { findings } = await poolCheck(db).run(new AbortController().signal);
  return findings.map(({ code }) => code);
};

/** A dispatcher that leads, and a server that is up. */
async function startWork(): Promise<string> {
  const dispatcher = newId();
  await reportAlive(db, dispatcher, leaseMs);
  await takeLeadership(db, dispatcher, leaseMs);
  const { id } = await createOwnedBackend(db.database, dispatcher, { seenAt: new Date() });
  await db.database('backends').where({ id }).update({ state: 'up' });
  return id;
}

test('nobody who works and nothing to work with are found', async () => {
  expect(await look()).toEqual(['dispatchers-missing', 'servers-missing']);
});

test('dispatchers of which none leads are found', async () => {
  await reportAlive(db, newId(), leaseMs);
  expect(await look()).toEqual(['leader-missing', 'servers-missing']);
});

test('a pool that works has no findings, and a server that is down is one', async () => {
  const id = await startWork();
  expect(await look()).toEqual([]);
  await db.database('backends').where({ id }).update({ state: 'down', stateReason: 'Nothing listens.' });
  expect(await look()).toEqual(['server-down']);
});

test('a paused queue, late events and wrong books are found', async () => {
  await startWork();
  const hourAgo = new Date(Date.now() - 3_600_000);
  await db.database('leader').update({ pausedAt: hourAgo });
  await db.database('ledger_checks').insert({
    id: newId(),
    startedAt: hourAgo,
    finishedAt: hourAgo,
    revision: 1,
    position: JSON.stringify({ pass: 'holds', after: '' }),
    findings: JSON.stringify({
      imbalance: 1,
      wrongTransfers: 0,
      openHolds: 0,
      wrongBalances: 0,
      wrongHolds: 0,
    }),
  });
  const event = { type: 'task_queued', data: '{}', userId: newId(), taskId: newId(), createdAt: hourAgo };
  await db.database('outbox').insert(event);
  expect(await look()).toEqual(['queue-paused', 'outbox-late', 'ledger-wrong']);
});

test('files that retention held back are a finding until they may go', async () => {
  await startWork();
  await keepHeld(db.database, [{ table: 'assets', due: 25_000, total: 100_000 }]);
  expect(await look()).toEqual(['retention-held']);
  await keepHeld(db.database, []);
  expect(await look()).toEqual([]);
});
