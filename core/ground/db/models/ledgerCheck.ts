import { Model } from 'objection';

/** A check of the ledger that is done, or under way: then its position tells where the next part begins. */
export class LedgerCheckRecord extends Model {
  static override tableName = 'ledger_checks';
  static override jsonAttributes = ['position', 'findings'];
  declare id: string;
  declare startedAt: Date;
  declare finishedAt: Date | null;
  /** 1 until it is complete, then null: a unique key, so there is one at a time. */
  declare running: 1 | null;
  /** Raised with each part: of two processes that do the same one, the second writes nothing. */
  declare revision: number;
  declare position: LedgerPosition;
  declare findings: LedgerFindings;
}

/**
 * How far a check has come. It looks at all transfers (their entries add up to 0), then at all balances (they equal
 * the person's entries), then at all holds (they are settled exactly when their task has ended). `after`: the id of
 * the last one looked at.
 */
export interface LedgerPosition {
  pass: 'transfers' | 'balances' | 'holds';
  after: string;
}

/** The findings of a check so far. */
export interface LedgerFindings {
  /** Σ of all entries; 0 in a sound ledger. */
  imbalance: number;
  /** Transfers whose entries do not add up to 0. */
  wrongTransfers: number;
  /** Credits held when each balance was looked at. */
  openHolds: number;
  /** People and Discord servers whose balance row differs from their entries. */
  wrongBalances: number;
  /** Holds without a settlement whose task has ended, settled tasks that are still open, and settlements with another payer. */
  wrongHolds: number;
}
