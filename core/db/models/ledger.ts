import { Model } from 'objection';

/** The sums of a user's ledger entries, kept so that a hold is one conditional update. */
export class Balance extends Model {
  static override tableName = 'balances';
  static override idColumn = 'userId';
  declare userId: string;
  declare available: number;
  declare held: number;
  /** Tasks that are queued, assigned or running; here because accepting locks this row anyway. */
  declare openTasks: number;
}

/**
 * What is left of a grant that cannot be given away before `unlocksAt`. It is a remark on credits that are in the
 * balance, not an account: a row changes only under the lock of its user's balance.
 */
export class GrantLock extends Model {
  static override tableName = 'grant_locks';
  declare id: string;
  declare userId: string;
  declare remaining: number;
  declare unlocksAt: Date;
}

/** `partial-capture` pays a share of a hold to the platform and gives the rest back. */
export const transferKinds = [
  'grant',
  'gift',
  'hold',
  'capture',
  'partial-capture',
  'release',
  'merge',
] as const;
export type TransferKind = (typeof transferKinds)[number];

export class Transfer extends Model {
  static override tableName = 'transfers';
  declare id: string;
  /** Unique: what makes a retry of the same movement harmless. */
  declare businessKey: string;
  declare kind: TransferKind;
  declare userId: string;
  declare amount: number;
  declare taskId: string | null;
  declare actorId: string | null;
  declare reason: string;
  declare createdAt: Date;
}

/** `available` and `held` belong to a user; `grants` (negative: what was given out) and `revenue` to the platform. */
export const accounts = ['available', 'held', 'grants', 'revenue'] as const;
export type Account = (typeof accounts)[number];

/** Immutable. The entries of one transfer add up to 0. */
export class LedgerEntry extends Model {
  static override tableName = 'ledger_entries';
  static override idColumn = ['transferId', 'account', 'userId'];
  declare transferId: string;
  declare account: Account;
  declare userId: string;
  declare amount: number;
}
