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
  /** Elo's, by what people thought of it beside others. */
  declare rating: number;
  /** How often it was compared. */
  declare comparisons: number;
  declare createdAt: Date;
}

/**
 * Two publications that a person was asked to compare, once. It is open until `answeredAt`; then `betterId` tells which
 * of them they chose, or null that they chose neither.
 */
export class PublicationPair extends Model {
  static override tableName = 'publication_pairs';
  declare id: string;
  declare userId: string;
  /** The smaller id of the two. */
  declare firstId: string;
  declare secondId: string;
  /** In whose gallery both stood, where that was asked for. */
  declare guildId: string | null;
  declare betterId: string | null;
  declare createdAt: Date;
  declare answeredAt: Date | null;
}
