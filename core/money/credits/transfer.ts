import { inCredits } from '@star-graph/workflows/shared/inCredits';
import type { Knex } from 'knex';
import type { Transaction } from '../../ground/db/connect.ts';
import { isDuplicateEntry } from '../../ground/db/connect.ts';
import {
  type Account,
  Balance,
  GrantLock,
  GuildCredits,
  LedgerEntry,
  Transfer,
  type TransferKind,
} from '../../ground/db/models/ledger.ts';
import { User } from '../../ground/db/models/user.ts';
import {
  type Answer,
  affectedBy,
  insertInto,
  requireMet,
  type Statement,
  sendPacket,
} from '../../ground/db/packet.ts';
import { invariant, Problem } from '../../ground/errors.ts';
import { newId } from '../../ground/runtime/ids.ts';
import { oneMoreUnpaid, requireFewUnpaid, requireUnpaidBelow } from './unpaidTasks.ts';

export interface TransferEntry {
  account: Account;
  /** The id of a person, or of a Discord server where the account is a server's. */
  userId: string;
  /** Added to the account; the entries of a transfer add up to 0. */
  amount: number;
}

interface TransferOrder {
  businessKey: string;
  kind: TransferKind;
  userId: string;
  /** The amount on the statement: signed, in credits. */
  amount: number;
  taskId?: string;
  actorId?: string;
  reason?: string;
  entries: readonly TransferEntry[];
  /** Also counts a person's unfinished tasks: the statement that moves their balance does both. */
  openTasks?: OpenTasksChange;
  /** The person is taken to have no locked credits: at once, the move of the balance is refused where there are some. */
  isUnlocked?: boolean;
  at: Date;
}

interface OpenTasksChange {
  userId: string;
  change: 1 | -1;
  /** The transfer is refused at this number, and for a person who is blocked. Default: no limit. */
  limit?: number;
  /** The transfer is refused to who has had so many unpaid tasks today. Default: no limit. */
  unpaidLimit?: number | null;
  /** The task that ends has cost nothing. */
  isUnpaid?: boolean;
}

/** The statements of a transfer, to be sent alone or with others in one packet. */
export interface PreparedTransfer {
  statements: readonly Statement[];
  /** The same for a packet that commits: a move that is refused ends it (`isUnmet`), without the reason. */
  atOnce: readonly Statement[];
  /**
   * Reads the answers to them, in their order.
   * @throws Problem `insufficient-credits` when a balance would fall below zero, `quota-exceeded` at the limit of
   * unfinished tasks, `daily-limit` at that of unpaid ones, `account-disabled` for one more of somebody who was blocked or joined into another account
   * meanwhile; the transaction must be given up.
   */
  confirm(answers: readonly Answer[]): Promise<void>;
}

/**
 * A transfer, its entries, and the moves of the balances that they touch. All or nothing with `trx`. A business key
 * that was used before is a duplicate entry, which ends the packet.
 */
export function prepareTransfer(trx: Transaction, order: TransferOrder): PreparedTransfer {
  const sum = order.entries.reduce((total, entry) => total + entry.amount, 0);
  invariant(sum === 0, `the entries of ${order.businessKey} add up to ${sum}`);
  invariant(
    order.entries.every((entry) => Number.isSafeInteger(entry.amount)),
    `an amount of ${order.businessKey} is not a whole number`,
  );
  const places = new Set(order.entries.map(({ account, userId }) => `${account} ${userId}`));
  invariant(places.size === order.entries.length, `an account has two entries of ${order.businessKey}`);
  const id = newId();
  const counted = order.openTasks?.userId;
  const moves = [
    ...listChanges(order.entries, guildAccounts).map(([guildId, change]) => guildMove(trx, guildId, change)),
    ...listChanges(order.entries, ownAccounts, counted).map(([userId, change]) =>
      balanceMove(trx, userId, change, {
        openTasks: userId === counted ? order.openTasks : undefined,
        // Whoever owes credits neither spends nor gives any.
        isSpent: change.available < 0 && spending.has(order.kind),
        unlockedAt: order.isUnlocked && userId === order.userId ? order.at : undefined,
        at: order.at,
      }),
    ),
  ];
  const written = [
    insertInto(trx, Transfer.tableName, [
      {
        id,
        businessKey: order.businessKey,
        kind: order.kind,
        userId: order.userId,
        amount: order.amount,
        taskId: order.taskId ?? null,
        actorId: order.actorId ?? null,
        reason: order.reason ?? '',
        createdAt: order.at,
      },
    ]),
    insertInto(
      trx,
      LedgerEntry.tableName,
      order.entries.map((entry) => ({ transferId: id, ...entry })),
    ),
  ];
  return {
    statements: [...written, ...moves.map(({ statement }) => statement)],
    atOnce: [...written, ...moves.flatMap(({ atOnce }) => [atOnce, requireMet(trx)])],
    async confirm(answers) {
      for (const [index, { refuse }] of moves.entries())
        if (affectedBy(answers[written.length + index]) !== 1) await refuse();
    },
  };
}

/**
 * Writes a transfer by itself.
 * @returns false when the business key was used before: nothing is written then.
 * @throws Problem as `confirm` does.
 */
export async function postTransfer(trx: Transaction, order: TransferOrder): Promise<boolean> {
  const transfer = prepareTransfer(trx, order);
  try {
    await transfer.confirm(await sendPacket(trx, transfer.statements));
    return true;
  } catch (error) {
    if (isDuplicateEntry(error)) return false;
    throw error;
  }
}

const spending: ReadonlySet<TransferKind> = new Set(['hold', 'gift', 'text']);

/** A conditional update of one row of credits. */
interface Move {
  statement: Knex.QueryBuilder;
  /** For a packet that commits. */
  atOnce: Knex.QueryBuilder;
  /** Tells why the update met no row; moves the credits where the reason went away meanwhile. */
  refuse(): Promise<void>;
}

interface BalanceChange {
  available: number;
  held: number;
  /** As its entries have it: below 0 where the debt grows. */
  debt: number;
}

type BalanceAccounts = ReadonlyMap<Account, keyof BalanceChange>;
const ownAccounts: BalanceAccounts = new Map([
  ['available', 'available'],
  ['held', 'held'],
  ['debt', 'debt'],
]);
const guildAccounts: BalanceAccounts = new Map([
  ['guild-available', 'available'],
  ['guild-held', 'held'],
]);

/**
 * Servers' credits are locked before balances, and each in the order of their ids, so that two transfers between the
 * same cannot deadlock.
 * @param touched a person whose balance row is locked although no entry moves it.
 */
function listChanges(
  entries: readonly TransferEntry[],
  accounts: BalanceAccounts,
  touched?: string,
): [string, BalanceChange][] {
  const changes = new Map<string, BalanceChange>();
  if (touched !== undefined) changes.set(touched, { available: 0, held: 0, debt: 0 });
  for (const { account, userId, amount } of entries) {
    const side = accounts.get(account);
    if (side === undefined) continue;
    const change = changes.get(userId) ?? { available: 0, held: 0, debt: 0 };
    change[side] += amount;
    changes.set(userId, change);
  }
  return [...changes].sort(([a], [b]) => (a < b ? -1 : 1));
}

function guildMove(trx: Transaction, guildId: string, change: BalanceChange): Move {
  const statement = trx(GuildCredits.tableName)
    .where({ guildId })
    .whereRaw('available + ? >= 0 AND held + ? >= 0', [change.available, change.held])
    .update({
      available: trx.raw('available + ?', [change.available]),
      held: trx.raw('held + ?', [change.held]),
    });
  return {
    statement,
    atOnce: statement,
    async refuse() {
      const credits = await GuildCredits.query(trx).findById(guildId).forUpdate();
      invariant(credits, `guild ${guildId} has no credits row`);
      throw new Problem(
        'insufficient-credits',
        `This needs ${-change.available} shared credits and the server has ${credits.available}. Take fewer.`,
      );
    },
  };
}

function balanceMove(
  trx: Transaction,
  userId: string,
  change: BalanceChange,
  {
    openTasks,
    isSpent,
    unlockedAt,
    at,
  }: { openTasks: OpenTasksChange | undefined; isSpent: boolean; unlockedAt: Date | undefined; at: Date },
): Move {
  const limit = openTasks?.limit ?? Number.MAX_SAFE_INTEGER;
  const isNewTask = openTasks?.change === 1;
  const statement = trx(Balance.tableName)
    .where({ userId })
    .whereRaw('available + ? >= 0 AND held + ? >= 0', [change.available, change.held])
    .where('openTasks', '<', limit)
    .modify((update) => {
      // The task's row, inserted before, holds the person's row: a block comes first and is seen here, or waits for the
      // commit and finds the task. A locking read: a plain one is of the statement's snapshot, and MariaDB from 11.6.2
      // refuses to change a balance that is newer (1020), again and again under a person's simultaneous tasks.
      if (isNewTask)
        update.whereNotExists(trx('users').where({ id: userId }).whereNotNull('disabledAt').forShare());
    })
    .update({
      available: trx.raw('available + ?', [change.available]),
      held: trx.raw('held + ?', [change.held]),
      openTasks: trx.raw('open_tasks + ?', [openTasks?.change ?? 0]),
      ...(change.debt === 0 ? {} : { debt: trx.raw('debt - ?', [change.debt]) }),
      ...(openTasks?.isUnpaid ? oneMoreUnpaid(trx, at) : {}),
    });
  if (openTasks?.unpaidLimit != null) requireUnpaidBelow(statement, openTasks.unpaidLimit, at);
  if (isSpent) statement.where({ debt: 0 });
  if (change.debt > 0) statement.where('debt', '>=', change.debt);
  return {
    statement,
    atOnce: unlockedAt ? withoutLocks(trx, statement.clone(), unlockedAt) : statement,
    async refuse() {
      // Locked: a second update must meet what is read here.
      const balance = await Balance.query(trx).findById(userId).forUpdate();
      invariant(balance, `user ${userId} has no balance row`);
      if (isNewTask && !(await User.query(trx).findById(userId).whereNull('disabledAt')))
        throw new Problem(
          'account-disabled',
          'This account was blocked or joined into another. Sign in again.',
        );
      if (balance.openTasks >= limit)
        throw new Problem(
          'quota-exceeded',
          `You have ${balance.openTasks} unfinished tasks, and ${limit} is your limit. Wait until there are fewer, or cancel one.`,
          { retryAfterSeconds: 10 },
        );
      requireFewUnpaid(balance, openTasks?.unpaidLimit, at);
      if (isSpent && balance.debt > 0)
        throw new Problem(
          'insufficient-credits',
          `You owe ${inCredits(balance.debt)}: their payment went back. Credits that you buy or are given pay this first.`,
        );
      invariant(balance.debt >= change.debt, `${userId} pays more than is owed`);
      const isCovered = balance.available + change.available >= 0 && balance.held + change.held >= 0;
      // The reason for the refusal went away between the two statements; the lock keeps it away.
      if (isCovered) {
        const moved: number = await statement.clone();
        invariant(moved === 1, `the balance of ${userId} covers the move and was not moved`);
        return;
      }
      throw new Problem(
        'insufficient-credits',
        `This needs ${inCredits(-change.available)} and you have ${balance.available}. Claim your daily credits or ask an administrator for more.`,
      );
    },
  };
}

/** By the row's own id, so that the locks are looked for once the row is locked: a grant locks it before its credits. */
const withoutLocks = (trx: Transaction, update: Knex.QueryBuilder, now: Date): Knex.QueryBuilder =>
  update.whereNotExists(
    trx(GrantLock.tableName)
      .whereRaw('grant_locks.user_id = balances.user_id')
      .where('unlocksAt', '>', now)
      .forShare(),
  );
