import { taskStatuses } from '@star-graph/workflows/shared/taskStatuses';
import { beforeAll, expect, test } from 'vitest';
import { giftCredits } from '../../money/credits/credits.ts';
import { assign, createOwnedBackend, createQueuedTask, createUser } from '../../testing/db/factories.ts';
import { databaseFixture } from '../../testing/fixture.ts';
import { completeTask } from '../../work/tasks/attemptTransitions.ts';
import { systemClock } from '../runtime/clock.ts';
import { newId } from '../runtime/ids.ts';
import { connectDatabase, type Database, inTransaction } from './connect.ts';
import { dropGuards, guardDatabase, listUnguarded } from './guards.ts';
import { migrateDatabase } from './migrateDatabase.ts';
import { nextStatuses } from './models/taskMoves.ts';
import type { User } from './models/user.ts';

const db = databaseFixture();
let database: Database;
let user: User;
let endedId: string;
let giftId: string;

beforeAll(async () => {
  ({ database } = db);
  user = await createUser(database, 100);
  const other = await createUser(database);
  const task = await createQueuedTask(database, user.id, { type: 'graph', cost: 10 });
  const fence = await assign(database, task, await createOwnedBackend(database));
  // Its price falls after its end, in the transaction that settles it.
  expect(await completeTask({ database, clock: systemClock }, fence, [], undefined, 0.3)).toBe(true);
  endedId = task.id;
  const gift = { fromUserId: user.id, toUserId: other.id, amount: 5, key: newId(), reason: 'for you' };
  await inTransaction(database, (trx) => giftCredits({ clock: systemClock }, trx, gift));
  ({ id: giftId } = await database('transfers').where({ kind: 'gift' }).first());
});

const read = async () => ({
  tasks: await database('tasks').orderBy('id'),
  transfers: await database('transfers').orderBy('id'),
  entries: await database('ledger_entries').orderBy(['transferId', 'account', 'userId']),
});

test.each([
  ['UPDATE transfers SET amount = amount + 1', 'A movement of credits is never changed.'],
  ["UPDATE transfers SET kind = 'purchase'", 'A movement of credits is never changed.'],
  [
    'UPDATE transfers SET task_id = NULL WHERE task_id IS NOT NULL',
    'A movement of credits is never changed.',
  ],
  ["UPDATE transfers SET reason = '' WHERE kind = 'grant'", 'A movement of credits is never changed.'],
  ["UPDATE transfers SET reason = 'for me' WHERE kind = 'gift'", 'A movement of credits is never changed.'],
  [
    "UPDATE transfers SET reason = '', amount = 1 WHERE kind = 'gift'",
    'A movement of credits is never changed.',
  ],
  ['DELETE FROM transfers', 'A movement of credits is never deleted.'],
  ['UPDATE ledger_entries SET amount = -amount', 'An entry of the ledger is never changed.'],
  ['DELETE FROM ledger_entries', 'An entry of the ledger is never deleted.'],
  ["UPDATE tasks SET cost = 2 WHERE status = 'succeeded'", 'What an ended task cost is never changed.'],
  ["UPDATE tasks SET cost = 4 WHERE status = 'succeeded'", 'What an ended task cost is never changed.'],
  [
    "UPDATE tasks SET cancel_charge = 1 WHERE status = 'succeeded'",
    'What an ended task cost is never changed.',
  ],
  ["UPDATE tasks SET attempt = 2 WHERE status = 'succeeded'", 'What an ended task cost is never changed.'],
  [
    "UPDATE tasks SET payer_guild_id = '1234567890123456789' WHERE status = 'succeeded'",
    'What an ended task cost is never changed.',
  ],
])('the database refuses %s', async (sql, sentence) => {
  const before = await read();
  await expect(database.raw(sql)).rejects.toThrow(sentence);
  expect(await read()).toEqual(before);
});

test('the database refuses every move of a task that its table lacks', async () => {
  const refused: string[] = [];
  const expected: string[] = [];
  for (const from of taskStatuses)
    for (const to of taskStatuses.filter((status) => status !== from)) {
      const { id } = await createQueuedTask(database, user.id, { cost: 0, status: from });
      const moved = database('tasks').where({ id }).update({ status: to });
      await moved.catch((error: unknown) => {
        expect(String(error)).toContain('A task makes no such move.');
        refused.push(`${from} → ${to}`);
      });
      if (!nextStatuses(from).includes(to)) expected.push(`${from} → ${to}`);
    }
  expect(refused).toEqual(expected);
  expect(refused).toContain('succeeded → failed');
  expect(refused).not.toContain('running → queued');
});

test('the database refuses states that no release knows', async () => {
  const lost = createQueuedTask(database, user.id, { cost: 0, status: 'lost' as 'queued' });
  await expect(lost).rejects.toThrow('tasks_status_known');
  for (const [table, column] of [
    ['attempts', 'state'],
    ['backends', 'state'],
    ['backends', 'recycle_state'],
  ] as const)
    await expect(database(table).update(column, 'lost')).rejects.toThrow(`${table}_${column}_known`);
});

test('every column of states has a list of the words that it may hold', async () => {
  const [columns] = await database.raw(
    `SELECT CONCAT(table_name, '_', column_name, '_known') AS name FROM information_schema.columns
     WHERE table_schema = DATABASE() AND data_type = 'varchar' AND column_name REGEXP '(^|_)(state|status)$'`,
  );
  const [checks] = await database.raw(
    `SELECT constraint_name AS name FROM information_schema.check_constraints
     WHERE constraint_schema = DATABASE() AND check_clause LIKE '% in (%'`,
  );
  const names = (rows: { name: string }[]) => rows.map(({ name }) => name);
  expect(columns.length).toBeGreaterThan(8);
  expect(names(checks)).toEqual(expect.arrayContaining(names(columns)));
});

test('a task never has a second open attempt, and has another once the first ended', async () => {
  const task = await createQueuedTask(database, user.id, { cost: 0 });
  const backend = await createOwnedBackend(database);
  const open = (attempt: number) =>
    database('attempts').insert({
      taskId: task.id,
      attempt,
      backendId: backend.id,
      state: 'assigned',
      assignedAt: new Date(),
    });
  await open(1);
  await expect(open(2)).rejects.toThrow('attempts_open');
  await database('attempts').where({ taskId: task.id }).update({ state: 'ended', endedAt: new Date() });
  await open(2);
  await expect(
    database('attempts').where({ taskId: task.id, attempt: 1 }).update({ state: 'running', endedAt: null }),
  ).rejects.toThrow('attempts_open');
  expect(await database('attempts').where({ taskId: task.id }).pluck('state')).toEqual(['ended', 'assigned']);
});

test('an ended task may change its owner and what is shown, a gift lose its words', async () => {
  const { id: userId } = await createUser(database);
  const meta = JSON.stringify({ visibility: 'public' });
  expect(await database('tasks').where({ id: endedId }).update({ userId, meta, updatedAt: new Date() })).toBe(
    1,
  );
  expect(await database('transfers').where({ id: giftId }).update({ reason: '' })).toBe(1);
  expect(await database('tasks').where({ id: endedId }).first()).toMatchObject({ userId, cost: 3 });
});

test('guards that are missing or old come back with the next run of the migrations', async () => {
  await database.raw(
    'CREATE TRIGGER guard_tasks_delete_00000000 BEFORE DELETE ON tasks FOR EACH ROW SET @old = 1',
  );
  const [before] = await database.raw('SHOW TRIGGERS');
  await dropGuards(database);
  expect(await listUnguarded(database)).toEqual(['tasks', 'transfers', 'ledger_entries']);
  expect(await migrateDatabase(database)).toEqual([]);
  expect(await listUnguarded(database)).toEqual([]);
  const [after] = await database.raw('SHOW TRIGGERS');
  expect(after).toHaveLength(before.length - 1);
  await expect(database('ledger_entries').delete()).rejects.toThrow('never deleted');
});

test('guards follow the user that migrates, and a missing right stops no migration', async () => {
  const url = new URL(db.url);
  const name = `guards_${newId().slice(-8)}`;
  const schema = url.pathname.slice(1);
  Object.assign(url, { username: name, password: 'guards' });
  const pool = connectDatabase({ url: url.href, poolSize: 2 });
  const touch = () => database('tasks').where({ id: endedId }).update({ updatedAt: new Date() });
  try {
    await database.raw(`CREATE USER '${name}'@'%' IDENTIFIED BY 'guards'`);
    await database.raw(`GRANT ALL ON ${schema}.* TO '${name}'@'%'`);
    await guardDatabase(pool);
    const [made] = await database.raw('SHOW TRIGGERS');
    expect(new Set(made.map(({ Definer }: { Definer: string }) => Definer))).toEqual(new Set([`${name}@%`]));

    await database.raw(`REVOKE TRIGGER ON ${schema}.* FROM '${name}'@'%'`);
    await dropGuards(database);
    expect(await migrateDatabase(pool)).toEqual([]);
    expect(await listUnguarded(database)).toEqual(['tasks', 'transfers', 'ledger_entries']);
    expect(await touch()).toBe(1);
  } finally {
    await pool.destroy();
    await database.raw(`DROP USER IF EXISTS '${name}'@'%'`);
    await guardDatabase(database);
  }
  expect(await listUnguarded(database)).toEqual([]);
});
