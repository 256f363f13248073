import { Model } from 'objection';

/** A code that registering needs while REGISTRATION is `invited`. It is known by its hash alone. */
export class Invite extends Model {
  static override tableName = 'invites';
  declare id: string;
  declare codeHash: string;
  /** The administrators' own words. */
  declare note: string;
  /** How many accounts it makes. */
  declare uses: number;
  declare used: number;
  /** Null: never. */
  declare expiresAt: Date | null;
  declare withdrawnAt: Date | null;
  declare createdAt: Date;
}
