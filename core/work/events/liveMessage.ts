import type { EventType } from './event.ts';
import { parseSeq, presentSeq, type Seq } from './seq.ts';

/**
 * A message from the process that publishes to those that serve sockets: `<entry id or -> <type> <taskId> <JSON>`.
 * Because of the head, receivers need not parse the JSON; they only insert the seq, once for all sockets.
 */
export interface LiveMessage {
  /** Undefined for progress, which has no place in the stream. */
  seq: Seq | undefined;
  type: EventType;
  taskId: string;
  /** The envelope without `seq`: a JSON object with at least one member. */
  json: string;
}

/** The message without its seq, which Redis assigns. */
export const presentUnnumbered = (message: Pick<LiveMessage, 'type' | 'taskId' | 'json'>): string =>
  `${message.type} ${message.taskId} ${message.json}`;

export const presentProgress = (message: Pick<LiveMessage, 'taskId' | 'json'>): string =>
  `- progress_update ${message.taskId} ${message.json}`;

/** Undefined for a message of an unknown form. */
export function parseLiveMessage(text: string): LiveMessage | undefined {
  const seqEnd = text.indexOf(' ');
  const typeEnd = text.indexOf(' ', seqEnd + 1);
  const taskEnd = text.indexOf(' ', typeEnd + 1);
  if (seqEnd < 1 || typeEnd < 0 || taskEnd < 0 || text[taskEnd + 1] !== '{') return undefined;
  const seq = parseSeq(text.slice(0, seqEnd));
  if (!seq && text.slice(0, seqEnd) !== '-') return undefined;
  const { mark, json } = takeMark(text.slice(taskEnd + 1));
  return {
    seq: seq && mark !== undefined ? { ...seq, mark } : seq,
    type: text.slice(seqEnd + 1, typeEnd) as EventType,
    taskId: text.slice(typeEnd + 1, taskEnd),
    json,
  };
}

const markPattern = /^\{"mark":"([0-9a-f]{24})",/;

/**
 * The stream's mark travels as the first member of the JSON: processes of the version before it, which run beside this
 * one while the platform is upgraded, pass it on as a member that clients do not know.
 */
function takeMark(json: string): { mark?: string; json: string } {
  const match = markPattern.exec(json);
  return match?.[1] === undefined ? { json } : { mark: match[1], json: `{${json.slice(match[0].length)}` };
}

/** The whole envelope. */
export const withSeq = (json: string, seq: Seq): string => `{"seq":"${presentSeq(seq)}",${json.slice(1)}`;
