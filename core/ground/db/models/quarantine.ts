import { Model } from 'objection';

/** `unchecked`: the classifier did not answer; it is asked again. */
const quarantineReasons = [
  'sexual',
  'minors',
  'violence',
  'hate',
  'illegal',
  'likeness',
  'other',
  'unchecked',
] as const;
/** The reasons that people give; `unchecked` is the platform's own. */
export type GivenReason = Exclude<QuarantineReason, 'unchecked'>;
export type QuarantineReason = (typeof quarantineReasons)[number];

/**
 * The states of stored bytes that were withheld once:
 * - `quarantined`: nobody is shown them, and no task may use them; an appeal or a moderator may end that;
 * - `released`: they are shown again; a moderator may withhold them again;
 * - `removed`: the assets are deleted and the same bytes are refused for good.
 */
export const quarantineStates = ['quarantined', 'released', 'removed'] as const;
export type QuarantineState = (typeof quarantineStates)[number];

/** `open` until a moderator has answered: `granted` by a release, otherwise `rejected`. */
export const appealStates = ['open', 'granted', 'rejected'] as const;
export type AppealState = (typeof appealStates)[number];

/** One object that is or was withheld. All assets that name it are withheld with it: `assets.quarantined_at`. */
export class Quarantine extends Model {
  static override tableName = 'quarantines';
  static override jsonAttributes = ['scores'];
  declare id: string;
  declare storageKey: string;
  declare sha256: string;
  /** The asset that was looked at. It may be gone by now. */
  declare assetId: string;
  declare userId: string;
  declare taskId: string | null;
  declare state: QuarantineState;
  /** Raised by each change. */
  declare version: number;
  declare reason: QuarantineReason;
  /** A note that the owner is shown. */
  declare note: string | null;
  declare source: 'moderator' | 'classifier';
  /** What a classifier said. */
  declare scores: Record<string, number> | null;
  /** The owner's words against the decision that holds. */
  declare appeal: string | null;
  declare appealState: AppealState | null;
  declare appealedAt: Date | null;
  declare createdAt: Date;
  declare changedAt: Date;
}

/** `upheld`: what was reported was withheld or removed. */
export const reportStates = ['open', 'dismissed', 'upheld'] as const;
export type ReportState = (typeof reportStates)[number];

/** What one person found wrong with one picture, or with all results of one task. */
export class Report extends Model {
  static override tableName = 'reports';
  declare id: string;
  declare reporterId: string;
  /** `asset:{id}` or `task:{id}`. */
  declare target: string;
  declare ownerId: string;
  declare taskId: string | null;
  /** Null: the whole task. */
  declare assetId: string | null;
  declare reason: GivenReason;
  declare text: string | null;
  declare state: ReportState;
  /** Raised by the decision. */
  declare version: number;
  declare createdAt: Date;
  declare decidedAt: Date | null;
}
