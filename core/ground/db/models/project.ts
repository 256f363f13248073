import { Model } from 'objection';

/** What a person makes on the canvas. Each save makes its next version. */
export class Project extends Model {
  static override tableName = 'projects';
  declare id: string;
  declare userId: string;
  declare name: string;
  /** The version of the last save; 0 before the first. */
  declare version: number;
  declare createdAt: Date;
  declare savedAt: Date;
}

export class ProjectVersion extends Model {
  static override tableName = 'project_versions';
  static override idColumn = ['projectId', 'version'];
  declare projectId: string;
  declare version: number;
  /** JSON, as it came. */
  declare document: string;
  /** It stays when the versions beside it are thinned out. */
  declare isKept: boolean;
  declare savedAt: Date;
}

/** A file that layers are stored in, and the first and the last version that name it. */
export class ProjectAsset extends Model {
  static override tableName = 'project_assets';
  static override idColumn = ['projectId', 'assetId'];
  declare projectId: string;
  declare assetId: string;
  declare firstVersion: number;
  declare lastVersion: number;
}
