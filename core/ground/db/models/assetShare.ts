import { Model } from 'objection';

/** A key of any kind, or a session, by its id. */
export type Maker = `${'key' | 'session'}:${string}`;

/** A link by which anybody sees a copy of an asset, until it expires. Withdrawing it deletes the row. */
export class AssetShare extends Model {
  static override tableName = 'asset_shares';
  declare id: string;
  declare userId: string;
  declare assetId: string;
  declare tokenHash: string;
  /** The type of the copy's bytes. */
  declare mime: string;
  declare showsPrompt: boolean;
  declare createdAt: Date;
  declare expiresAt: Date;
  /** What it ends with; null: its person made it. */
  declare madeBy: Maker | null;
}
