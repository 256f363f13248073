import type { Locale } from '@star-graph/workflows';
import { Model } from 'objection';

export const roles = ['user', 'moderator', 'admin'] as const;
export type Role = (typeof roles)[number];

export class User extends Model {
  static override tableName = 'users';
  declare id: string;
  /** Lower case; null for an account that was made by a first use in Discord or a sign-in elsewhere, without a password. */
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

/** A person's name at another service: provider `discord` and the snowflake, or an issuer of OpenID Connect and its subject. */
export class Identity extends Model {
  static override tableName = 'identities';
  static override idColumn = ['provider', 'subject'];
  declare provider: string;
  declare subject: string;
  declare userId: string;
  /** As the provider shows the person; null where it tells nothing. */
  declare displayName: string | null;
  /** What the provider's groups gave at the last sign-in; null where its groups give nothing. */
  declare givenRole: Role | null;
  declare createdAt: Date;
}

/** A one-time code for an identity without an account: a signed-in person links it to theirs. */
export class IdentityCode extends Model {
  static override tableName = 'identity_codes';
  static override idColumn = 'codeHash';
  declare codeHash: string;
  declare provider: string;
  declare subject: string;
  declare displayName: string | null;
  declare createdAt: Date;
  declare expiresAt: Date;
  declare usedAt: Date | null;
  declare usedBy: string | null;
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

/** Settings of a workflow's form under a name of a person's. */
export class Preset extends Model {
  static override tableName = 'presets';
  declare id: string;
  declare userId: string;
  declare workflow: string;
  declare name: string;
  /** As JSON: the form's own words, opaque here. */
  declare draft: string;
}

/** What a person has filled in for a workflow, in whichever browser. */
export class Draft extends Model {
  static override tableName = 'drafts';
  static override idColumn = ['userId', 'workflow'];
  declare userId: string;
  declare workflow: string;
  /** As a preset's. */
  declare draft: string;
  declare changedAt: Date;
}

/** What people of a role may have of the pool. Versions are only added; the last one of a role holds. */
export class RolePolicyRecord extends Model {
  static override tableName = 'role_policies';
  static override idColumn = ['role', 'version'];
  static override jsonAttributes = ['workflows', 'models'];
  declare role: Role;
  declare version: number;
  declare weight: number;
  declare openTasks: number | null;
  declare dailyGrant: number | null;
  declare simultaneousTasks: number | null;
  declare tasksPerDay: number | null;
  declare gpuSecondsPerDay: number | null;
  declare workflows: readonly string[] | null;
  declare models: readonly string[] | null;
  declare createdAt: Date;
}

/** What a person may have otherwise than their role. */
export class PersonPolicyRecord extends Model {
  static override tableName = 'person_policies';
  static override idColumn = 'userId';
  static override jsonAttributes = ['workflows', 'models'];
  declare userId: string;
  declare version: number;
  declare openTasks: number | null;
  declare simultaneousTasks: number | null;
  declare tasksPerDay: number | null;
  declare gpuSecondsPerDay: number | null;
  declare workflows: readonly string[] | null;
  declare models: readonly string[] | null;
  declare changedAt: Date;
}

/** What a moderator or an administrator noted about a person. Rows are only added. */
export class PersonNote extends Model {
  static override tableName = 'person_notes';
  declare id: string;
  declare userId: string;
  declare authorId: string;
  /** The author's: the same one adds one note. */
  declare noteKey: string;
  declare text: string;
  declare createdAt: Date;
}
