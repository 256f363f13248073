import { Model } from 'objection';

/**
 * The states of a result in a Discord server's gallery:
 * - `open`: it has stars, but not enough;
 * - `due`: it has enough and is to be posted;
 * - `claimed`: a process is posting it;
 * - `posted`: its message is known;
 * - `lost`: a process may have posted it without reporting so, too long ago to try again;
 * - `withdrawing`: its message must be removed;
 * - `closed`: it is not posted now and never will be.
 */
export const galleryStates = ['open', 'due', 'claimed', 'posted', 'lost', 'withdrawing', 'closed'] as const;
type GalleryState = (typeof galleryStates)[number];

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
  /** When the next step is due; null: none. */
  declare workAt: Date | null;
  /** Where it was posted. */
  declare channelId: string | null;
  declare messageId: string | null;
  /** When a moderator took it out; null: none did. */
  declare removedAt: Date | null;
  declare createdAt: Date;
}
