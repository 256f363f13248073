import type { RentalState, RentingReason } from '@star-graph/workflows/shared/rentals';
import { Model } from 'objection';

/** A GPU server by the hour. */
export class Rental extends Model {
  static override tableName = 'rentals';
  declare id: string;
  /** At the provider. */
  declare name: string;
  declare state: RentalState;
  declare backendId: string | null;
  /** An hour, in the provider's money; what was offered until it runs. */
  declare price: number;
  /** How many it began, once it has ended. */
  declare tasks: number | null;
  /** Why it ended, if not by us, in a sentence for operators. */
  declare fault: string | null;
  declare createdAt: Date;
  declare servingAt: Date | null;
  declare endedAt: Date | null;
}

/** What the leader decided last, and by which figures. One row. */
export class RentalDecision extends Model {
  static override tableName = 'rental_decisions';
  static override jsonAttributes = ['content'];
  declare id: 1;
  declare content: DecisionRecord;
  declare decidedAt: Date;
}

export interface DecisionRecord {
  why: RentingReason;
  /** What the provider said, if it did not answer. */
  fault?: string;
  waitingSeconds: number;
  oldestSeconds: number;
  /** By the large models that the work needs, the most first. */
  lack: { models: string; tasks: number; seconds: number; oldestSeconds: number }[];
  /** Servers that are not rented and take tasks. */
  standing: number;
  /** How many servers the waiting work is worth. */
  worth: number;
  spentToday: number;
  budgetPerDay: number;
  most: number;
  /** An hour of the next one. */
  offer?: number;
}
