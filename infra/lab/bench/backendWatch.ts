import { once } from 'node:events';
import WebSocket from 'ws';

/**
 * Follows every change of a backend's queue, as any client's socket can: the count goes up when a prompt was
 * accepted, and down when one is over and its files are written.
 */
export interface BackendWatch {
  /** Resolves with the moment (monotonic ms) of the next change to this many prompts, running ones included. */
  nextCount(count: number): Promise<number>;
  close(): void;
}

interface StatusMessage {
  type?: string;
  data?: { status?: { exec_info?: { queue_remaining?: number } } };
}

export async function watchBackend(url: string): Promise<BackendWatch> {
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/ws`);
  const waiting: { count: number; resolve(atMs: number): void }[] = [];
  let last = 0;
  socket.on('message', (data, isBinary) => {
    if (isBinary) return;
    const message = JSON.parse(String(data)) as StatusMessage;
    const count = message.type === 'status' ? message.data?.status?.exec_info?.queue_remaining : undefined;
    if (count === undefined || count === last) return;
    last = count;
    const atMs = performance.now();
    for (const one of waiting.splice(0)) {
      if (one.count === count) one.resolve(atMs);
      else waiting.push(one);
    }
  });
  await once(socket, 'open');
  return {
    nextCount: (count) => new Promise((resolve) => waiting.push({ count, resolve })),
    close: () => socket.terminate(),
  };
}
