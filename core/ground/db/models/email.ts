import { Model } from 'objection';

/** The e-mail address that a person has shown to be theirs; lower case. */
export class EmailAddress extends Model {
  static override tableName = 'email_addresses';
  static override idColumn = 'userId';
  declare userId: string;
  declare address: string;
  declare verifiedAt: Date;
}

/** A one-time link by which a person shows that an address is theirs. Until then it counts for nothing. */
export class EmailVerification extends Model {
  static override tableName = 'email_verifications';
  static override idColumn = 'tokenHash';
  declare tokenHash: string;
  declare userId: string;
  declare address: string;
  declare createdAt: Date;
  declare expiresAt: Date;
  declare usedAt: Date | null;
}
