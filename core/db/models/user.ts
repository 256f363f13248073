import type { Locale } from '@star-graph/workflows';
import { Model } from 'objection';

export const roles = ['user', 'moderator', 'admin'] as const;
export type Role = (typeof roles)[number];

export class User extends Model {
  static override tableName = 'users';
  declare id: string;
  /** Lower case; null for an account that was made by a first use in Discord and has no password yet. */
  declare username: string | null;
  declare passwordHash: string | null;
  declare role: Role;
  declare locale: Locale;
  declare disabledAt: Date | null;
  /** Set when this account was joined into another: its identities speak for that one. */
  declare mergedInto: string | null;
  /** Set while the person has a second factor; read and written under the lock of this row. */
  declare secondFactorSince: Date | null;
  declare createdAt: Date;
}

/** A person's name at another service, e.g. provider `discord` and the snowflake as subject. */
export class Identity extends Model {
  static override tableName = 'identities';
  static override idColumn = ['provider', 'subject'];
  declare provider: string;
  declare subject: string;
  declare userId: string;
  declare createdAt: Date;
}

/** The defaults that a person set for their requests. */
export class PreferencesRecord extends Model {
  static override tableName = 'preferences';
  static override idColumn = 'userId';
  static override jsonAttributes = ['preferences'];
  declare userId: string;
  declare preferences: Record<string, unknown>;
  declare updatedAt: Date;
}

/** What people of a role may have of the pool. Versions are only added; the last one of a role holds. */
export class RolePolicyRecord extends Model {
  static override tableName = 'role_policies';
  static override idColumn = ['role', 'version'];
  declare role: Role;
  declare version: number;
  declare weight: number;
  declare openTasks: number | null;
  declare simultaneousTasks: number | null;
  declare createdAt: Date;
}
