import type { EventType, TaskEvent } from './event.ts';
import { type LiveMessage, withSeq } from './liveMessage.ts';
import { parseSeq, type Seq } from './seq.ts';

/** An event on its way to sockets: encoded once for all receivers. */
export interface LiveEvent {
  type: EventType;
  /** Empty in a snapshot of several tasks. */
  taskId: string;
  /** Undefined for progress, which may be lost. */
  seq: Seq | undefined;
  /** The envelope as JSON. */
  body: string;
  /** Encoded forms of the body, by a key of the receivers, which share them. */
  encoded: Map<string, Buffer>;
}

export const toLiveEvent = (event: TaskEvent): LiveEvent => ({
  type: event.type,
  taskId: event.taskId,
  seq: parseSeq(event.seq),
  body: JSON.stringify(event),
  encoded: new Map(),
});

/** @param seq shown with progress: a client that resumes from it has seen all facts before it. */
export const fromMessage = (message: LiveMessage, seq: Seq): LiveEvent => ({
  type: message.type,
  taskId: message.taskId,
  seq: message.seq,
  body: withSeq(message.json, message.seq ?? seq),
  encoded: new Map(),
});
