import { Worker } from 'node:worker_threads';
import type { PixelReply, PixelTaskKind, PixelTasks } from './pixelTasks.ts';

/** A fixed number of worker threads, started when first needed. */
export interface PixelWorkers {
  run<K extends PixelTaskKind>(kind: K, input: PixelTasks[K]['input']): Promise<Uint8Array>;
  /** How many tasks run at the same time. */
  readonly size: number;
  close(): Promise<void>;
}

interface Waiting {
  resolve: (output: Uint8Array) => void;
  reject: (error: Error) => void;
}

interface Thread {
  worker: Worker;
  waiting: Map<number, Waiting>;
}

export function createPixelWorkers(size: number): PixelWorkers {
  const threads: Thread[] = [];
  let lastId = 0;

  const start = (): Thread => {
    const worker = new Worker(new URL('pixelWorker.ts', import.meta.url));
    const thread: Thread = { worker, waiting: new Map() };
    worker.unref();
    worker.on('message', (reply: PixelReply) => {
      const waiting = thread.waiting.get(reply.id);
      thread.waiting.delete(reply.id);
      if (thread.waiting.size === 0) worker.unref();
      if ('output' in reply) waiting?.resolve(reply.output);
      else waiting?.reject(new Error(reply.error));
    });
    const fail = (error: Error): void => {
      const index = threads.indexOf(thread);
      if (index >= 0) threads.splice(index, 1);
      for (const { reject } of thread.waiting.values()) reject(error);
      thread.waiting.clear();
    };
    worker.on('error', fail);
    worker.on('exit', (code) => fail(new Error(`pixel worker ended with code ${code}`)));
    threads.push(thread);
    return thread;
  };

  return {
    size,
    run(kind, input) {
      const idle = threads.find((thread) => thread.waiting.size === 0);
      const thread =
        idle ??
        (threads.length < size
          ? start()
          : threads.reduce((least, one) => (one.waiting.size < least.waiting.size ? one : least)));
      lastId += 1;
      const id = lastId;
      return new Promise((resolve, reject) => {
        thread.waiting.set(id, { resolve, reject });
        thread.worker.ref();
        thread.worker.postMessage({ id, kind, input });
      });
    },
    async close() {
      await Promise.all(threads.map((thread) => thread.worker.terminate()));
    },
  };
}
