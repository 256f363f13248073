import type { ApiClient } from '@star-graph/client/client';
import { connectEvents } from '@star-graph/client/connectEvents';
import type { EventView } from '@star-graph/contract/events';

/** Events of one person, each with the moment it was received. */
interface EventWatch {
  /** Resolves with the moment (monotonic ms), also of one that came before. */
  next(type: EventView['type'], taskId: string): Promise<number>;
  /** The picture that the end of a task told of. */
  pictureOf(taskId: string): string;
  close(): Promise<void>;
}

export async function watchEvents(client: ApiClient): Promise<EventWatch> {
  const received = new Map<string, number>();
  const pictures = new Map<string, string>();
  const waiting = new Map<string, (atMs: number) => void>();
  let connected = () => {};
  const isConnected = new Promise<void>((resolve) => {
    connected = resolve;
  });
  const connection = connectEvents(client.deps, {
    onEvent(event) {
      const key = `${event.type} ${event.taskId}`;
      received.set(key, performance.now());
      const url = event.type === 'task_completed' ? event.data.outputs[0]?.url : undefined;
      if (url !== undefined) pictures.set(event.taskId, url);
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
    pictureOf(taskId) {
      const url = pictures.get(taskId);
      if (url === undefined) throw new Error(`the task ${taskId} has no picture`);
      return url;
    },
    close: () => connection.close(),
  };
}
