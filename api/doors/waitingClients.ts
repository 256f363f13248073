import { Problem } from '@star-graph/core/ground/errors';
import type { ApiContext } from '../apiContext.ts';

/** The client of a request hung up before its answer. */
export class ClientGone extends Error {
  constructor() {
    super('the client hung up');
    this.name = 'ClientGone';
  }
}

/** Requests whose clients wait for a task, perhaps for minutes. */
export interface WaitingClients {
  /** Aborts with `ClientGone`, or with a problem when this process stops. */
  watch(ctx: ApiContext): AbortSignal;
  /** Answers all of them: their clients may ask again. */
  close(): void;
}

const retryAfterSeconds = 5;

export function createWaitingClients(): WaitingClients {
  const waiting = new Set<AbortController>();
  return {
    watch({ res }) {
      const controller = new AbortController();
      const leave = () => {
        waiting.delete(controller);
        if (!res.writableFinished) controller.abort(new ClientGone());
      };
      waiting.add(controller);
      // It may have gone while its request was read.
      if (res.closed) leave();
      else res.once('close', leave);
      return controller.signal;
    },
    close() {
      for (const controller of waiting)
        controller.abort(
          new Problem('unavailable', 'The server restarts. Ask again in a few seconds.', {
            retryAfterSeconds,
          }),
        );
    },
  };
}
