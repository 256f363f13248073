import { Model } from 'objection';

/** Codes that were made together and are worth the same. */
export class VoucherBatch extends Model {
  static override tableName = 'voucher_batches';
  declare id: string;
  declare name: string;
  declare credits: number;
  declare codes: number;
  declare usesPerCode: number;
  declare usesPerPerson: number;
  /** Uses of all its codes together. */
  declare used: number;
  /** Null: never. */
  declare expiresAt: Date | null;
  declare withdrawnAt: Date | null;
  declare createdAt: Date;
}

/** A code is known by its hash alone. */
export class Voucher extends Model {
  static override tableName = 'vouchers';
  static override idColumn = 'codeHash';
  declare codeHash: string;
  declare batchId: string;
  declare used: number;
}

export class VoucherUse extends Model {
  static override tableName = 'voucher_uses';
  static override idColumn = ['codeHash', 'userId', 'number'];
  declare codeHash: string;
  declare userId: string;
  /** The person's first, second, … use of this code. */
  declare number: number;
  declare usedAt: Date;
}
