import { Model } from 'objection';

export type SigningPurpose = 'jwt' | 'files';

/**
 * A key that signs access tokens or links to files. Version 0 stands for the keys of the environment, and is there from
 * the first rotation on.
 */
export class SigningKeyRecord extends Model {
  static override tableName = 'signing_keys';
  static override idColumn = ['purpose', 'version'];
  declare purpose: SigningPurpose;
  declare version: number;
  declare kid: string;
  /** Encrypted; null for the environment's, and for a key that was retired. */
  declare secret: string | null;
  declare createdAt: Date;
  declare signsFrom: Date;
  /** Null for the newest. */
  declare verifiesUntil: Date | null;
}
