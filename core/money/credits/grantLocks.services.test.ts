import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { type Database, inTransaction, type Transaction } from '../../ground/db/connect.ts';
import { User } from '../../ground/db/models/user.ts';
import { Problem } from '../../ground/errors.ts';
import { newId } from '../../ground/runtime/ids.ts';
import { joinAccounts } from '../../people/identity/accounts/joinAccounts.ts';
import { createUser } from '../../testing/db/factories.ts';
import { holdCredits, settleHold } from '../../testing/db/holds.ts';
import { databaseFixture } from '../../testing/fixture.ts';
import { createManualClock, type ManualClock } from '../../testing/manualClock.ts';
import { giftCredits, grantCredits, type Settlement } from './credits.ts';
import { findGiftable, unlockTimeOf } from './grantLocks.ts';
import { checkLedger } from './ledgerCheck.ts';
import { findBalance } from './statement.ts';

const db = databaseFixture();
let database: Database;
beforeAll(async () => {
  database = db.database;
});

const dayMs = 24 * 3_600_000;
const inTrx = <T>(work: (trx: Transaction) => Promise<T>) => inTransaction(database, work);

/** The acts of people with credits, and of others with a person's credits. */
function createBooks(clock: ManualClock) {
  const deps = { clock };
  return {
    grant: (userId: string, amount: number, lockDays: number) => {
      const unlocksAt = unlockTimeOf(clock.now(), lockDays);
      const grant = { userId, amount, key: newId(), reason: 'test', unlocksAt };
      return inTrx((trx) => grantCredits(deps, trx, grant));
    },
    give: (fromUserId: string, toUserId: string, amount: number, key: string = newId()) =>
      inTrx((trx) => giftCredits(deps, trx, { fromUserId, toUserId, amount, key, reason: '' })),
    async hold(userId: string, amount: number) {
      const price = { taskId: newId(), userId, amount };
      await inTrx((trx) => holdCredits(deps, trx, price, 1_000));
      return price;
    },
    settle: (price: { taskId: string; userId: string; amount: number }, settlement: Settlement) =>
      inTrx((trx) => settleHold(deps, trx, price, settlement)),
    join: (fromId: string, intoId: string) => inTrx((trx) => joinAccounts(deps, trx, fromId, intoId)),
    read: async (userId: string) => {
      const balance = await findBalance(database, userId);
      const { giftable, next } = await findGiftable(database, balance, clock.now());
      return { available: balance.available, held: balance.held, giftable, next };
    },
  };
}

/** Made by a first use in Discord, so that it can be joined. */
async function createNameless(): Promise<string> {
  const { id } = await createUser(database, 0);
  await User.query(database).findById(id).patch({ username: null });
  return id;
}

test('free credits cannot be given before they age', async () => {
  const clock = createManualClock();
  const books = createBooks(clock);
  const [giver, receiver] = [await createNameless(), await createNameless()];
  await books.grant(giver, 100, 30);
  await books.grant(giver, 20, 0);
  await expect(books.give(giver, receiver, 21)).rejects.toMatchObject({
    code: 'credits-locked',
    detail:
      'You can give away 20 of your 120 credits now, and 100 more from 2026-01-31 on. The rest was free: spend it, or give it away later.',
  });
  await books.give(giver, receiver, 20, 'birthday');
  expect(await books.give(giver, receiver, 20, 'birthday')).toBe(false);
  await clock.advance(30 * dayMs);
  await books.give(giver, receiver, 100);
  expect(await books.read(receiver)).toMatchObject({ available: 120, giftable: 120, next: undefined });
});

test('tasks spend locked credits first, and a release locks them again', async () => {
  const books = createBooks(createManualClock());
  const person = await createNameless();
  await books.grant(person, 100, 30);
  await books.grant(person, 50, 0);
  const price = await books.hold(person, 120);
  expect(await books.read(person)).toMatchObject({ available: 30, giftable: 30 });
  await books.settle(price, { kind: 'release' });
  expect(await books.read(person)).toMatchObject({ available: 150, giftable: 50 });
  await books.settle(await books.hold(person, 80), { kind: 'capture' });
  expect(await books.read(person)).toMatchObject({ available: 70, giftable: 50 });
  const share = { kind: 'partial-capture', captured: 15, reason: 'half' } as const;
  await books.settle(await books.hold(person, 30), share);
  expect(await books.read(person)).toMatchObject({ available: 55, giftable: 50 });
});

test('a gift that races with a grant takes nothing of it', async () => {
  const books = createBooks(createManualClock());
  for (let round = 0; round < 8; round++) {
    const [giver, receiver] = [await createNameless(), await createNameless()];
    await books.grant(giver, 10, 0);
    const [given] = await Promise.allSettled([books.give(giver, receiver, 15), books.grant(giver, 20, 30)]);
    expect(given).toMatchObject({ status: 'rejected' });
    expect(await books.read(giver)).toMatchObject({ available: 30, giftable: 10 });
  }
});

test('accounts that are joined keep their locks', async () => {
  const books = createBooks(createManualClock());
  const [from, into] = [await createNameless(), await createNameless()];
  await books.grant(from, 100, 30);
  await books.grant(into, 40, 10);
  await books.join(from, into);
  expect(await books.read(into)).toMatchObject({ available: 140, giftable: 0, next: { amount: 40 } });
});

const who = fc.constantFrom(0, 0, 1, 2);
const amount = fc.integer({ min: 1, max: 60 });
const lockDays = fc.constantFrom(0, 5, 30, 30);
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ act: fc.constant('grant' as const), who, amount, lockDays }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('take' as const), who, amount }) },
  { weight: 3, arbitrary: fc.record({ act: fc.constant('hold' as const), who, amount }) },
  {
    weight: 3,
    arbitrary: fc.record({
      act: fc.constant('settle' as const),
      nth: fc.nat(9),
      percent: fc.constantFrom(0, 33, 75, 100),
    }),
  },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('give' as const), who, whom: who, amount }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('join' as const), who, whom: who }) },
  {
    weight: 1,
    arbitrary: fc.record({ act: fc.constant('wait' as const), days: fc.constantFrom(1, 6, 31) }),
  },
);
type Step = typeof step extends fc.Arbitrary<infer One> ? One : never;

/** A person as the rules want them: a second, plain statement of the rules. */
interface Expected {
  id: string;
  available: number;
  held: number;
  locks: { left: number; until: number }[];
  isGone: boolean;
}

const lockedOf = ({ locks }: Expected, now: number): number =>
  locks.filter(({ until }) => until > now).reduce((sum, { left }) => sum + left, 0);
const giftableOf = (person: Expected, now: number): number =>
  person.available - Math.max(0, lockedOf(person, now) - person.held);

function spend(person: Expected, credits: number, now: number): void {
  let rest = credits;
  for (const lock of person.locks.toSorted((a, b) => a.until - b.until)) {
    if (lock.until <= now) continue;
    const used = Math.min(rest, lock.left);
    lock.left -= used;
    rest -= used;
  }
}

const outcomeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof Problem ? error.code : Promise.reject(error)),
  );

async function createWorld() {
  const clock = createManualClock();
  const books = createBooks(clock);
  const people: Expected[] = [];
  for (let n = 0; n < 3; n++)
    people.push({ id: await createNameless(), available: 0, held: 0, locks: [], isGone: false });
  const holds: { price: Awaited<ReturnType<typeof books.hold>>; owner: Expected }[] = [];
  const now = () => clock.now().getTime();

  async function settle({ nth, percent }: Extract<Step, { act: 'settle' }>): Promise<void> {
    const [hold] = holds.splice(nth % Math.max(1, holds.length), 1);
    if (!hold) return;
    const { price, owner } = hold;
    const captured = Math.floor((price.amount * percent) / 100);
    const kind = captured === 0 ? 'release' : percent === 100 ? 'capture' : 'partial-capture';
    const settlement: Settlement = kind === 'partial-capture' ? { kind, captured, reason: '' } : { kind };
    expect(await books.settle(price, settlement)).toBe(true);
    expect(await books.settle(price, { kind: 'release' })).toBe(false);
    owner.held -= price.amount;
    owner.available += price.amount - captured;
    spend(owner, captured, now());
  }

  async function join(from: Expected, into: Expected): Promise<void> {
    if (from === into) return;
    const outcome = await outcomeOf(books.join(from.id, into.id));
    expect(outcome).toBe(holds.some(({ owner }) => owner === from) ? 'forbidden' : 'done');
    if (outcome !== 'done') return;
    into.available += from.available;
    into.locks.push(...from.locks);
    Object.assign(from, { available: 0, locks: [], isGone: true });
  }

  async function give(from: Expected, to: Expected, credits: number): Promise<void> {
    if (from === to) return;
    const isCovered = credits <= from.available;
    const expected = isCovered ? 'credits-locked' : 'insufficient-credits';
    const isAllowed = credits <= giftableOf(from, now());
    expect(await outcomeOf(books.give(from.id, to.id, credits))).toBe(isAllowed ? 'done' : expected);
    if (!isAllowed) return;
    from.available -= credits;
    to.available += credits;
  }

  async function take(one: Step): Promise<void> {
    if (one.act === 'wait') return clock.advance(one.days * dayMs);
    if (one.act === 'settle') return settle(one);
    const person = people[one.who];
    if (!person || person.isGone) return;
    if (one.act === 'give' || one.act === 'join') {
      const other = people[one.whom];
      if (!other || other.isGone) return;
      return one.act === 'give' ? give(person, other, one.amount) : join(person, other);
    }
    if (one.act === 'grant') {
      await books.grant(person.id, one.amount, one.lockDays);
      person.available += one.amount;
      if (one.lockDays > 0) person.locks.push({ left: one.amount, until: now() + one.lockDays * dayMs });
      return;
    }
    const isCovered = one.amount <= person.available;
    const work =
      one.act === 'hold' ? books.hold(person.id, one.amount) : books.grant(person.id, -one.amount, 0);
    expect(await outcomeOf(work)).toBe(isCovered ? 'done' : 'insufficient-credits');
    if (!isCovered) return;
    person.available -= one.amount;
    if (one.act === 'take') return spend(person, one.amount, now());
    const price = await work;
    if (typeof price === 'object') holds.push({ price, owner: person });
    person.held += one.amount;
  }

  /** What no sequence of acts may break, by the rules and by the rows. */
  async function check(): Promise<void> {
    const read = people.map(async (person) => ({ person, ...(await books.read(person.id)) }));
    for (const { person, available, held, giftable } of await Promise.all(read)) {
      const expected = {
        available: person.available,
        held: person.held,
        giftable: giftableOf(person, now()),
      };
      expect({ available, held, giftable }).toEqual(expected);
      expect(Math.min(available, held, giftable)).toBeGreaterThanOrEqual(0);
      expect(available + held).toBeGreaterThanOrEqual(lockedOf(person, now()));
    }
  }
  return { take, check };
}

test('no sequence of acts gives locked credits away or loses one', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 30 }), async (steps) => {
      const world = await createWorld();
      for (const one of steps) {
        await world.take(one);
        await world.check();
      }
      expect(await checkLedger(database)).toMatchObject({ imbalance: 0, wrongBalances: 0 });
    }),
    { numRuns: 15 },
  );
  // Thousands of statements one after another, which are slow on a busy machine.
});
