import type { ApiClient } from '@star-graph/api/client/client';
import { connectEvents } from '@star-graph/api/client/connectEvents';
import type { EventView } from '@star-graph/api/contract/events';

/** Events of one person, each with the moment it was received. */
export interface EventWatch {
  /** Resolves with the moment (monotonic ms), also of one that came before. */
  next(type: EventView['type'], taskId: string): Promise<number>;
  close(): Promise<void>;
}

export async function watchEvents(client: ApiClient): Promise<EventWatch> {
  const received = new Map<string, number>();
  const waiting = new Map<string, (atMs: number) => void>();
  let connected = () => {};
  const isConnected = new Promise<void>((resolve) => {
    connected = resolve;
  });
  const connection = connectEvents(client.deps, {
    onEvent(event) {
      const key = `${event.type} ${event.taskId}`;
      received.set(key, performance.now());
      waiting.get(key)?.(performance.now());
    },
    onState: (state) => state === 'connected' && connected(),
  });
  await isConnected;
  return {
    next(type, taskId) {
      const key = `${type} ${taskId}`;
      return new Promise((resolve) => {
        const atMs = received.get(key);
        if (atMs === undefined) waiting.set(key, resolve);
        else resolve(atMs);
      });
    },
    close: () => connection.close(),
  };
}
