import { Model } from 'objection';

/** Assets that their owner put together. It keeps nothing: an asset that expires or is deleted leaves it. */
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
  declare createdAt: Date;
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
