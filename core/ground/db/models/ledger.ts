import { Model } from 'objection';

/** The sums of a user's ledger entries, kept so that a hold is one conditional update. */
export class Balance extends Model {
  static override tableName = 'balances';
  static override idColumn = 'userId';
  declare userId: string;
  declare available: number;
  declare held: number;
  /** What could not be taken back when money went back: see `credits/debt.ts`. */
  declare debt: number;
  /** What was given away on `giftsDay`, the last UTC day on which something was. */
  declare gifted: number;
  declare giftsDay: string | null;
  /** Tasks that are queued, assigned or running; here because accepting locks this row anyway. */
  declare openTasks: number;
  /** Tasks that ended on `unpaidDay` and cost nothing: see `credits/unpaidTasks.ts`. */
  declare unpaid: number;
  declare unpaidDay: Date | null;
}

/** Credits that a Discord server has of its own, kept as a person's balance is. A row exists once it was given some. */
export class GuildCredits extends Model {
  static override tableName = 'guild_credits';
  static override idColumn = 'guildId';
  declare guildId: string;
  declare available: number;
  declare held: number;
  declare createdAt: Date;
}

/**
 * The rest of a grant that cannot be given away before `unlocksAt`. It marks credits that are in the balance, or
 * may come back to it, and is not an account. A row changes only under the lock of its user's balance.
 */
export class GrantLock extends Model {
  static override tableName = 'grant_locks';
  declare id: string;
  declare userId: string;
  declare remaining: number;
  declare unlocksAt: Date;
  /** The credits went: the order whose money went back and took them, or `debt` where they paid one. Null: they are here. */
  declare awayFor: string | null;
}

/**
 * `partial-capture` pays a share of a hold to the platform and gives the rest back. `refund` takes back what was sold
 * because the money went back, or returns it when a dispute was won; `debt` pays for what could not be taken back. `text`
 * pays a text model's answer.
 */
export const transferKinds = [
  'grant',
  'gift',
  'hold',
  'capture',
  'partial-capture',
  'release',
  'merge',
  'purchase',
  'refund',
  'debt',
  'voucher',
  'reversal',
  'text',
] as const;
export type TransferKind = (typeof transferKinds)[number];

export class Transfer extends Model {
  static override tableName = 'transfers';
  declare id: string;
  /** Unique: what makes a retry of the same movement harmless. */
  declare businessKey: string;
  declare kind: TransferKind;
  /** The owner of the statement that lists it: a person, or a Discord server by its Discord id. */
  declare userId: string;
  declare amount: number;
  declare taskId: string | null;
  /** Who gave a grant, who received a gift or lost it by a reversal, and for whom a server's credits were held. */
  declare actorId: string | null;
  declare reason: string;
  declare createdAt: Date;
}

/**
 * `available`, `held` and `debt` (negative: what is owed) belong to a user, `guild-available` and `guild-held` to a
 * Discord server; `grants` (negative: what was given out), `sales` (negative: what was sold) and `revenue` to the
 * platform.
 */
export const accounts = [
  'available',
  'held',
  'debt',
  'guild-available',
  'guild-held',
  'grants',
  'sales',
  'revenue',
] as const;
export type Account = (typeof accounts)[number];

/** Immutable. The entries of one transfer add up to 0. */
export class LedgerEntry extends Model {
  static override tableName = 'ledger_entries';
  static override idColumn = ['transferId', 'account', 'userId'];
  declare transferId: string;
  declare account: Account;
  /** The account's owner, or the other party of the platform: a person, or a Discord server by its Discord id. */
  declare userId: string;
  declare amount: number;
}
