import { Model } from 'objection';

/** UTC hours and days. */
export type Span = 'hour' | 'day';

/** Tasks that ended in a span, by workflow and model; `model` is empty for a workflow that lets nobody choose one. */
export class TaskStatistics extends Model {
  static override tableName = 'statistics_tasks';
  static override idColumn = ['span', 'at', 'workflow', 'model'];
  declare span: Span;
  declare at: Date;
  declare workflow: string;
  declare model: string;
  declare succeeded: number;
  declare failed: number;
  declare cancelled: number;
  /** Of the succeeded: answered with an earlier result. */
  declare cached: number;
  /** Of all: those that began to run. The next two are their sums. */
  declare begun: number;
  declare waitSeconds: number;
  declare runSeconds: number;
  /** The GPU time of all their attempts. */
  declare gpuSeconds: number;
}

export class CreditStatistics extends Model {
  static override tableName = 'statistics_credits';
  static override idColumn = ['span', 'at', 'kind'];
  declare span: Span;
  declare at: Date;
  declare kind: string;
  declare transfers: number;
  declare amount: number;
}

export class QueueStatistics extends Model {
  static override tableName = 'statistics_queue';
  static override idColumn = ['span', 'at'];
  declare span: Span;
  declare at: Date;
  declare samples: number;
  declare waitingSum: number;
  declare waitingMost: number;
  declare runningSum: number;
  declare runningMost: number;
}

/** One row: up to which hour everything is added up; null before the first. */
export class StatisticsHead extends Model {
  static override tableName = 'statistics_head';
  declare id: number;
  declare addedTo: Date | null;
}
