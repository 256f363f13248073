import type { JobQueues } from '../../ground/redis/jobQueues.ts';
import { lostRings } from './dispatcherMetrics.ts';

interface Ring {
  taskId: string;
  attempt: number;
}

/**
 * Tells the owner of a backend that it has work, in any process. A signal may be lost, late or received twice. It
 * only prompts a look at the slots, and the owner looks every second anyway.
 */
export interface BackendQueues {
  /** Never throws and never waits. */
  ring(backendId: string, ring: Ring): void;
  /** Calls `onRing` for each signal until the returned function is called. */
  listen(backendId: string, onRing: () => void): () => Promise<void>;
}

const queueOf = (backendId: string) => ({ name: `backend:${backendId}` });

export function createBackendQueues(jobQueues: Pick<JobQueues, 'add' | 'work'>): BackendQueues {
  return {
    ring(backendId, ring) {
      void jobQueues.add(queueOf(backendId), `${ring.taskId}-${ring.attempt}`, ring).then((isSent) => {
        if (!isSent) lostRings.inc();
      });
    },
    // Signals sent while nothing listened were not received.
    listen: (backendId, onRing) => jobQueues.work(queueOf(backendId), async () => onRing(), onRing),
  };
}
