import type { EventType } from '@star-graph/workflows/shared/eventTypes';

export type { EventType };

/** Shown while a task waits or runs. `percent` is monotonic within an attempt, over the whole graph. */
export interface Progress {
  percent: number;
  /** The class of the node. */
  node?: string;
  /** The id of the node, in a graph that the person brought. */
  nodeId?: string;
  step?: number;
  steps?: number;
  queuePosition?: number;
  etaSeconds?: number;
  /** Credits that a cancel costs now; absent: none. */
  cancelCost?: number;
  /** Its own node, since it may be told together with later figures. */
  preview?: { mime: string; base64: string; nodeId?: string };
}

/** A fact or a snapshot as clients receive it. */
export interface TaskEvent {
  type: EventType;
  /** Empty in a snapshot of several tasks. */
  taskId: string;
  /** The person whose task it is. */
  userId: string;
  timestamp: string;
  /** Opaque to clients: they send it back to resume after this event. */
  seq: string;
  data: Record<string, unknown>;
}
