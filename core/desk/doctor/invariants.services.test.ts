import { beforeAll, expect, test } from 'vitest';
import type { Database, Transaction } from '../../ground/db/connect.ts';
import { dropGuards } from '../../ground/db/guards.ts';
import { systemClock } from '../../ground/runtime/clock.ts';
import { newId } from '../../ground/runtime/ids.ts';
import { assign, createOwnedBackend, createQueuedTask, createUser } from '../../testing/db/factories.ts';
import { databaseFixture } from '../../testing/fixture.ts';
import { completeTask, markPosted, startTask } from '../../work/tasks/attemptTransitions.ts';
import { cancelTask } from '../../work/tasks/cancelTask.ts';
import { findBreaches, type InvariantName, invariants, invariantsCheck } from './invariants.ts';

const db = databaseFixture();
let database: Database;
/** By what became of them. */
const tasks: Record<string, string> = {};
let userId: string;

/** One task in every state, one that ends with its slot still taken, and credits of a Discord server. */
beforeAll(async () => {
  ({ database } = db);
  ({ id: userId } = await createUser(database));
  const wakeSignals = { send: () => {}, sendCancel: () => {} };
  const deps = { database, clock: systemClock, wakeSignals };
  const begin = async (name: string) => {
    const task = await createQueuedTask(database, userId);
    tasks[name] = task.id;
    return task;
  };
  await begin('queued');
  for (const name of ['assigned', 'running', 'succeeded', 'stopping']) {
    const fence = await assign(database, await begin(name), await createOwnedBackend(database));
    if (name === 'assigned') continue;
    await markPosted(deps, fence, newId());
    await startTask(deps, fence);
    if (name === 'succeeded') await completeTask(deps, fence, []);
  }
  await cancelTask(deps, tasks.stopping ?? '', undefined);
  await database('guild_credits').insert({
    guildId: '1234567890123456789',
    available: 0,
    held: 0,
    createdAt: new Date(),
  });
  // Most of what is planted here the database would refuse.
  await dropGuards(database);
});

test('every rule holds while tasks wait, run, end, and are being stopped', async () => {
  const taken: { taskId: string }[] = await database('slots').select('taskId');
  expect(taken.map(({ taskId }) => taskId)).toContain(tasks.stopping);
  const { findings, summary } = await invariantsCheck({ database }).run(new AbortController().signal);
  const count = Object.keys(invariants).length;
  expect({ findings, summary }).toEqual({ findings: [], summary: `${count} of ${count} rules hold` });
});

const transferOf = (kind: 'hold' | 'capture', name: string) =>
  `(SELECT id FROM (SELECT id FROM transfers WHERE kind = '${kind}' AND task_id = '${tasks[name]}') one)`;

/** A statement that breaks each rule, and the rules that it breaks besides. */
const breaks: Record<InvariantName, () => [sql: string, ...also: InvariantName[]]> = {
  'a transfer has entries': () => [
    `INSERT INTO transfers (id, business_key, kind, user_id, amount, created_at)
     VALUES ('${newId()}', 'empty', 'grant', '${userId}', 1, NOW(3))`,
  ],
  'the entries of a transfer add up to 0': () => [
    `UPDATE ledger_entries SET amount = amount - 1 WHERE account = 'grants'`,
  ],
  'an entry is of a known account': () => [
    `UPDATE ledger_entries SET account = 'gold' WHERE account = 'grants'`,
  ],
  'a transfer is of a known kind': () => [`UPDATE transfers SET kind = 'theft' WHERE kind = 'grant'`],
  'what a person has is the sum of its entries': () => [`UPDATE balances SET available = available + 1`],
  'what is held of a person is the sum of its entries': () => [
    'UPDATE balances SET held = held + 1',
    'as much is held of a person as their open tasks cost',
  ],
  'what a person owes is the sum of its entries': () => ['UPDATE balances SET debt = 1'],
  'what a Discord server has is the sum of its entries': () => ['UPDATE guild_credits SET available = 1'],
  'what is held of a Discord server is the sum of its entries': () => [
    'UPDATE guild_credits SET held = 1',
    'as much is held of a Discord server as its open tasks cost',
  ],
  'credits belong to somebody': () => [
    `UPDATE ledger_entries SET account = 'guild-available' WHERE account = 'available' AND amount > 0`,
    'what a person has is the sum of its entries',
  ],
  'a person has as many open tasks as are counted': () => ['UPDATE balances SET open_tasks = open_tasks + 1'],
  'as much is held of a person as their open tasks cost': () => [
    `UPDATE tasks SET cost = cost + 1 WHERE id = '${tasks.queued}'`,
  ],
  'as much is held of a Discord server as its open tasks cost': () => [
    `UPDATE tasks SET payer_guild_id = '1234567890123456789' WHERE id = '${tasks.queued}'`,
    'as much is held of a person as their open tasks cost',
  ],
  'an open task has one hold': () => [
    `UPDATE transfers SET task_id = NULL WHERE id = ${transferOf('hold', 'queued')}`,
  ],
  'an open task is not settled': () => [
    `UPDATE transfers SET business_key = 'settle:${tasks.queued}' WHERE kind = 'grant'`,
  ],
  'the hold of a task that ended is settled': () => [
    `UPDATE transfers SET business_key = 'lost' WHERE id = ${transferOf('capture', 'succeeded')}`,
  ],
  'a settlement is of the one whose credits were held': () => [
    `UPDATE transfers SET user_id = '${newId()}' WHERE id = ${transferOf('capture', 'succeeded')}`,
  ],
  'a task is settled as its end allows': () => [
    `UPDATE transfers SET kind = 'release' WHERE id = ${transferOf('capture', 'succeeded')}`,
  ],
  'nothing stays held for a task that ended': () => [
    `UPDATE transfers SET task_id = NULL WHERE id = ${transferOf('capture', 'succeeded')}`,
  ],
  'a task is in a known state, and has an end only there': () => [
    `UPDATE tasks SET finished_at = NOW(3) WHERE id = '${tasks.queued}'`,
  ],
  'an attempt is in a known state, and has an end only there': () => [
    `UPDATE attempts SET ended_at = NULL WHERE task_id = '${tasks.succeeded}'`,
  ],
  'a posted attempt has the id of its prompt': () => [
    `UPDATE attempts SET prompt_id = NULL WHERE task_id = '${tasks.running}'`,
  ],
  'a task has one open attempt at most, its last': () => [
    `UPDATE tasks SET attempt = 2 WHERE id = '${tasks.stopping}'`,
  ],
  'a task that is at work has an open attempt': () => [
    `UPDATE tasks SET status = 'running' WHERE id = '${tasks.queued}'`,
  ],
  'a task that waits has neither an open attempt nor a slot': () => [
    `UPDATE tasks SET status = 'queued' WHERE id = '${tasks.assigned}'`,
  ],
  'an open attempt has its slot': () => [`DELETE FROM slots WHERE task_id = '${tasks.running}'`],
  'a taken slot has its open attempt': () => [
    `UPDATE attempts SET state = 'ended', ended_at = NOW(3) WHERE task_id = '${tasks.stopping}'`,
  ],
};

test.each(Object.keys(invariants) as InvariantName[])('a row against "%s" is found', async (rule) => {
  const [sql, ...also] = breaks[rule]();
  const trx: Transaction = await database.transaction();
  try {
    const [{ affectedRows }] = (await trx.raw(sql)) as [{ affectedRows: number }];
    expect(affectedRows).toBeGreaterThan(0);
    const found = (await findBreaches(trx)).map((breach) => breach.rule);
    expect(found.sort()).toEqual([rule, ...also].sort());
  } finally {
    await trx.rollback();
  }
});
