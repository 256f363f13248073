import type { JsonObject } from '../json.ts';
import type { HistoryEntry, QueueItem } from '../promptQueue.ts';

/** A queued prompt as `/queue` and history show it. */
export function presentItem(item: QueueItem): unknown[] {
  return [item.number, item.promptId, item.graph, item.extraData, item.outputs];
}

export function presentHistory(entry: HistoryEntry): object {
  const { outputs, status, meta } = entry;
  return { prompt: presentItem(entry.item), outputs, status, meta };
}

/** The timestamp of the first message of a type, in milliseconds. */
export function messageTime(entry: HistoryEntry, types: readonly string[]): number | null {
  const found = entry.status.messages.find(([type]) => types.includes(type));
  const time = found?.[1].timestamp;
  return typeof time === 'number' ? time : null;
}

export function messageData(entry: HistoryEntry, type: string): JsonObject | null {
  return entry.status.messages.find(([one]) => one === type)?.[1] ?? null;
}
