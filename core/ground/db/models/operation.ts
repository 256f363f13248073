import { Model } from 'objection';

/** An operator's workflow: immutable versions, at most one of a name active. */
export class WorkflowRecord extends Model {
  static override tableName = 'workflows';
  static override idColumn = ['name', 'version'];
  declare name: string;
  declare version: number;
  declare digest: string;
  declare manifest: string;
  declare active: boolean;
  declare createdBy: string | null;
  declare createdAt: Date;
}

export const webhooksPerPerson = 20;

export class Webhook extends Model {
  static override tableName = 'webhooks';
  static override jsonAttributes = ['types'];
  declare id: string;
  declare userId: string;
  declare url: string;
  declare secret: string;
  declare types: string[];
  declare createdAt: Date;
  declare disabledAt: Date | null;
  /** Posts that failed in a row; see `noteOutcome`. */
  declare failures: number;
  declare failingSince: Date | null;
  declare restingUntil: Date | null;
  /** As for an API key: the webhook is disabled when the service key ends. */
  declare serviceKeyId: string | null;
}

/** A secret that was replaced and signs beside the new one until it ends. */
export class WebhookOldSecret extends Model {
  static override tableName = 'webhook_old_secrets';
  declare id: string;
  declare webhookId: string;
  declare secret: string;
  declare endsAt: Date;
}

/** An event that waits until each webhook which wants it has a delivery; with `failedAt`, it was set aside. */
export class WebhookEvent extends Model {
  static override tableName = 'webhook_events';
  static override idColumn = 'outboxId';
  declare outboxId: number;
  declare tries: number;
  declare dueAt: Date;
  declare failedAt: Date | null;
}

export class WebhookDelivery extends Model {
  static override tableName = 'webhook_deliveries';
  declare id: string;
  declare webhookId: string;
  declare outboxId: number;
  /** The event as `presentEntry` has it. Its task is presented when it is sent. */
  declare body: string;
  declare tries: number;
  declare dueAt: Date;
  declare deliveredAt: Date | null;
  declare failedAt: Date | null;
  /** What the last try was answered; null: nothing. */
  declare lastStatus: number | null;
  declare lastTriedAt: Date | null;
}

export class GuildPolicyRecord extends Model {
  static override tableName = 'guild_policies';
  static override idColumn = 'guildId';
  static override jsonAttributes = ['policy'];
  declare guildId: string;
  declare policy: Record<string, unknown>;
  /** Follows from the policy. */
  declare readonly exploreName: string | null;
  declare revision: number;
  declare updatedAt: Date;
}

export class Announcement extends Model {
  static override tableName = 'announcements';
  static override jsonAttributes = ['message'];
  declare id: string;
  declare message: Record<string, string>;
  declare createdAt: Date;
  declare expiresAt: Date | null;
}

export class Setting extends Model {
  static override tableName = 'settings';
  static override idColumn = 'name';
  static override jsonAttributes = ['value'];
  declare name: string;
  declare value: unknown;
  declare updatedAt: Date;
}

/** The settings that administrators changed. Versions are only added; the last one holds. */
export class SettingVersion extends Model {
  static override tableName = 'setting_versions';
  static override idColumn = 'version';
  static override jsonAttributes = ['setValues'];
  declare version: number;
  /** By name; the others come from the environment. */
  declare setValues: Record<string, unknown>;
  /** The version whose values these are again. */
  declare revertedTo: number | null;
  declare changedBy: string;
  declare createdAt: Date;
}

export class AuditRecord extends Model {
  static override tableName = 'audit';
  static override jsonAttributes = ['data'];
  declare id: string;
  declare actorId: string | null;
  declare action: string;
  declare target: string;
  declare data: Record<string, unknown>;
  declare createdAt: Date;
}

/** The place of a record in the chain of the audit. */
export class AuditSeal extends Model {
  static override tableName = 'audit_seals';
  static override idColumn = 'seq';
  declare seq: number;
  declare auditId: string;
  declare kid: string;
  declare mac: string;
}

/** One row: the last seal, and the id up to which every record has one. */
export class AuditHead extends Model {
  static override tableName = 'audit_head';
  declare id: number;
  declare seq: number;
  declare mac: string;
  declare sealedTo: string;
}
