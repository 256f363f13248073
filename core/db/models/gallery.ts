import { Model } from 'objection';

/**
 * What becomes of a result in a Discord server's gallery:
 * - `open`: it has stars, but not enough;
 * - `due`: it has enough and is to be posted;
 * - `claimed`: somebody is posting it;
 * - `posted`: its message is known;
 * - `lost`: somebody may have posted it and never said so, too long ago to try again;
 * - `withdrawing`: its message is to go;
 * - `closed`: it is not posted, or no longer, and never again.
 */
export type GalleryState = 'open' | 'due' | 'claimed' | 'posted' | 'lost' | 'withdrawing' | 'closed';

/** A result that members of a Discord server gave stars to. */
export class GalleryEntry extends Model {
  static override tableName = 'gallery_entries';
  declare id: string;
  declare guildId: string;
  declare assetId: string;
  declare taskId: string;
  declare state: GalleryState;
  /** It was shown in a channel for adults. */
  declare ageRestricted: boolean;
  /** The message that the first star was given to. */
  declare sourceChannelId: string;
  declare sourceMessageId: string;
  /** Counts claims: only the newest may say that nothing was posted. */
  declare claim: number;
  declare firstClaimedAt: Date | null;
  /** When something is to be done next; null: nothing. */
  declare workAt: Date | null;
  /** Where it was posted. */
  declare channelId: string | null;
  declare messageId: string | null;
  /** When a moderator took it out; null: none did. */
  declare removedAt: Date | null;
  declare createdAt: Date;
}
