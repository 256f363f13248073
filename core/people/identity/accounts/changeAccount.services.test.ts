import pino from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { User } from '../../../ground/db/models/user.ts';
import { systemClock } from '../../../ground/runtime/clock.ts';
import { findBalance } from '../../../money/credits/statement.ts';
import { createUser } from '../../../testing/db/factories.ts';
import { createTestDatabase, type TestDatabase } from '../../../testing/db/testDatabase.ts';
import { fixedSettings } from '../../../testing/fixedSettings.ts';
import { createTestRedis, type TestRedis } from '../../../testing/services/testRedis.ts';
import { ensureAdministrator } from './accounts.ts';
import { changeAccount } from './changeAccount.ts';

let db: TestDatabase;
let redis: TestRedis;
beforeAll(async () => {
  [db, redis] = [await createTestDatabase(), await createTestRedis()];
});
afterAll(async () => {
  await redis[Symbol.asyncDispose]();
  await db[Symbol.asyncDispose]();
});

const deps = () => ({
  database: db.database,
  redis: redis.redis,
  prefix: redis.prefix,
  clock: systemClock,
  log: pino({ level: 'silent' }),
});
const read = (id: string) => User.query(db.database).findById(id).throwIfNotFound();

test('a change whose record cannot be written is not made', async () => {
  const { id } = await createUser(db.database);
  const failing = () => Promise.reject(new Error('no room for the record'));
  await expect(changeAccount(deps(), id, { disabled: true, role: 'admin' }, failing)).rejects.toThrow(
    'no room',
  );
  expect(await read(id)).toMatchObject({ disabledAt: null, role: 'user' });
});

test('who runs the platform starts with credits for thousands of pictures, once', async () => {
  const administrator = { username: 'Operator', password: 'long enough for all' };
  const settings = fixedSettings();
  for (let start = 0; start < 2; start++) await ensureAdministrator({ ...deps(), settings }, administrator);
  const [operator, ...others] = await User.query(db.database).where({ username: 'operator' });
  expect([operator?.role, others]).toEqual(['admin', []]);
  expect((await findBalance(db.database, operator?.id ?? '')).available).toBe(10_000);
});

test("a second block keeps the first's time, a role change the block", async () => {
  const { id } = await createUser(db.database);
  const first = await changeAccount(deps(), id, { disabled: true });
  expect(first.disabledAt).toBeInstanceOf(Date);
  await changeAccount(deps(), id, { disabled: true });
  await changeAccount(deps(), id, { role: 'moderator' });
  expect(await read(id)).toMatchObject({ disabledAt: first.disabledAt, role: 'moderator' });
  await changeAccount(deps(), id, { disabled: false });
  expect(await read(id)).toMatchObject({ disabledAt: null, role: 'moderator' });
});
