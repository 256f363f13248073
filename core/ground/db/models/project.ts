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
  /** Whose turn it is to draw, among its members; null: nobody's. */
  declare turnOf: string | null;
  /** Raised with each turn: a save of an earlier one is refused. */
  declare turn: number;
  /** When whoever has the turn was last heard of. */
  declare turnAt: Date | null;
  /** When its owner last had it open beside others. */
  declare seenAt: Date | null;
}

/** Somebody who joined another person's project. */
export class ProjectMember extends Model {
  static override tableName = 'project_members';
  static override idColumn = ['projectId', 'userId'];
  declare projectId: string;
  declare userId: string;
  declare role: 'edit' | 'see';
  declare joinedAt: Date;
  declare seenAt: Date | null;
}

/** By which people join a project; it has one at most, known by its hash alone. */
export class ProjectLink extends Model {
  static override tableName = 'project_links';
  static override idColumn = 'projectId';
  declare projectId: string;
  declare role: 'edit' | 'see';
  declare tokenHash: string;
  declare expiresAt: Date;
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
