import { Worker } from 'node:worker_threads';
import { pictureSandbox } from '../../media/sandbox/pictureSandbox.ts';
import { createWorkLane } from '../../media/workLanes.ts';
import type { Classifier, Scores } from './classifier.ts';

/** The side of the square that the network sees. */
const networkPixels = 224;
const mostHeapMegabytes = 512;

export type WorkerReply = { scores: Scores } | { fault: string };

/**
 * A small network in a thread of this process, started at the first picture: one picture at a time, at most a hundred
 * wait. A thread that fails or takes too long is ended, and the next picture starts another.
 */
export function createLocalClassifier(
  timeoutMs: number,
  script = new URL('localWorker.ts', import.meta.url),
): Classifier {
  const lane = createWorkLane({ atOnce: 1, room: 1, waiting: 100 });
  let thread: Worker | undefined;

  function start(): Worker {
    const worker = new Worker(script, { resourceLimits: { maxOldGenerationSizeMb: mostHeapMegabytes } });
    worker.unref();
    return worker;
  }

  async function end(): Promise<void> {
    const ended = thread;
    thread = undefined;
    await ended?.terminate();
  }

  async function ask(pixels: Buffer, signal: AbortSignal): Promise<Scores> {
    signal.throwIfAborted();
    thread ??= start();
    try {
      const reply = await replyOf(thread, pixels, signal);
      if ('fault' in reply) throw new Error(reply.fault);
      return reply.scores;
    } catch (error) {
      await end();
      throw error;
    }
  }

  return {
    async classify(jpeg, signal) {
      const pixels = await pictureSandbox.run('square', { signal }, jpeg, networkPixels);
      // Its time begins when its turn comes.
      const work = () => ask(pixels, AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]));
      return lane.run(1, work, signal);
    },
    close: end,
  };
}

function replyOf(worker: Worker, pixels: Buffer, signal: AbortSignal): Promise<WorkerReply> {
  const { promise, resolve, reject } = Promise.withResolvers<WorkerReply>();
  const fail = (code: number) => reject(new Error(`the thread of the classifier ended with ${code}`));
  const stop = () => reject(signal.reason);
  worker.once('message', resolve);
  worker.once('error', reject);
  worker.once('exit', fail);
  signal.addEventListener('abort', stop, { once: true });
  worker.ref();
  worker.postMessage(pixels);
  return promise.finally(() => {
    worker.off('message', resolve);
    worker.off('error', reject);
    worker.off('exit', fail);
    signal.removeEventListener('abort', stop);
    worker.unref();
  });
}
