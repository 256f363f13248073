import { Model } from 'objection';

/** A link by which anybody sees a copy of an asset, until it expires. Withdrawing it deletes the row. */
export class AssetShare extends Model {
  static override tableName = 'asset_shares';
  declare id: string;
  declare userId: string;
  declare assetId: string;
  declare tokenHash: string;
  /** Of the copy. */
  declare mime: string;
  declare showsPrompt: boolean;
  declare createdAt: Date;
  declare expiresAt: Date;
}
