import { Model } from 'objection';

/** A result that its owner shows to everybody here, with its prompt and settings. */
export class Publication extends Model {
  static override tableName = 'publications';
  declare id: string;
  declare userId: string;
  declare assetId: string;
  /** Whose words its prompt had when it was published. */
  declare style: string | null;
  /** As many as it has rows of likes. */
  declare likes: number;
  declare createdAt: Date;
}
