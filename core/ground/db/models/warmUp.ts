import type { WorkflowParams } from '@star-graph/workflows';
import { Model } from 'objection';

/**
 * The states of a warm-up. Its backend's owner makes each move under its epoch and on condition of the state before.
 *
 * `waiting`: asked for. It begins when the backend has no task, none waits that it could run, and it is not recycled.
 * `posted`: its prompt id was saved and a POST may have been sent. So there is one prompt at most: the next owner looks
 * for this one, follows it if it is there, and goes back to `waiting` once it is seen not to be. So does a backend that
 * is given a task, after the prompt was removed.
 * `done`, `failed`: it is over, and the next request takes its place.
 *
 * A warm-up is no task: it has no attempt and no price, and its result is not fetched.
 */
export const warmUpStates = ['waiting', 'posted', 'done', 'failed'] as const;
export type WarmUpState = (typeof warmUpStates)[number];

export class WarmUp extends Model {
  static override tableName = 'warm_ups';
  static override idColumn = 'backendId';
  static override jsonAttributes = ['params', 'models'];
  declare backendId: string;
  /** A row that holds another request meanwhile is left alone. */
  declare requestId: string;
  declare state: WarmUpState;
  declare since: Date;
  declare workflowName: string;
  declare workflowVersion: number;
  declare params: WorkflowParams;
  /** The models, each as `folder/name`. */
  declare models: string[];
  declare promptId: string | null;
  /** How often its prompt was lost, as by a server that dies of it. */
  declare lost: number;
  /** Why it failed, in a sentence for operators. */
  declare fault: string | null;
}
