import { Model } from 'objection';

/** Assets that their owner, and its members, put together. It keeps nothing: an asset that expires or is deleted leaves it. */
export class Collection extends Model {
  static override tableName = 'collections';
  declare id: string;
  declare userId: string;
  /** The one that it lies in; null: in none. */
  declare parentId: string | null;
  /** Of a person's collections in one place no two are called the same. */
  declare name: string;
  /** Raised by each renaming and each move. */
  declare version: number;
  /** Whether its members read the prompts of its owner's pictures. */
  declare showsPrompts: boolean;
  declare createdAt: Date;
}

/** What a member does: look; add pictures of their own, too; or put it in order, which is all but the owner's own part. */
export const collectionRoles = ['see', 'add', 'edit'] as const;
export type CollectionRole = (typeof collectionRoles)[number];

/** Somebody else in a collection. */
export class CollectionMember extends Model {
  static override tableName = 'collection_members';
  static override idColumn = ['collectionId', 'userId'];
  declare collectionId: string;
  declare userId: string;
  declare role: CollectionRole;
  /** Whether the others there read the prompts of this person's pictures. */
  declare showsPrompts: boolean;
  declare joinedAt: Date;
}

/** A group of people who are in a collection while they are in the group. */
export class CollectionGroup extends Model {
  static override tableName = 'collection_groups';
  static override idColumn = ['collectionId', 'groupId'];
  declare collectionId: string;
  declare groupId: string;
  declare role: CollectionRole;
}

/** Whoever opens it, signed in, becomes a member. Withdrawing it deletes the row. */
export class CollectionLink extends Model {
  static override tableName = 'collection_links';
  declare id: string;
  declare collectionId: string;
  declare tokenHash: string;
  declare role: CollectionRole;
  /** How many people it lets in, and how many came. */
  declare uses: number;
  declare used: number;
  declare createdAt: Date;
  declare expiresAt: Date;
}

export class CollectionAsset extends Model {
  static override tableName = 'collection_assets';
  static override idColumn = ['collectionId', 'assetId'];
  declare collectionId: string;
  declare assetId: string;
}

/** A person's own word for pictures, in small letters. It goes with the last picture that has it. */
export class Tag extends Model {
  static override tableName = 'tags';
  declare id: string;
  declare userId: string;
  declare name: string;
}

export class AssetTag extends Model {
  static override tableName = 'asset_tags';
  static override idColumn = ['tagId', 'assetId'];
  declare tagId: string;
  declare assetId: string;
}
