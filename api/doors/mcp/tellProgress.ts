import type { ServerContext } from '@modelcontextprotocol/server';
import type { Progress } from '@star-graph/core/work/events/event';
import { inCredits } from '@star-graph/workflows/shared/inCredits';
import type { Logger } from 'pino';

/** The protocol wants each number above the last, and a place in the queue has none of its own. */
const leastStep = 0.001;

/** Tells a client of progress that asked for it. Nothing here can fail a call: its answer is what counts. */
export function createProgressTeller({ mcpReq }: ServerContext, log: Pick<Logger, 'debug'>) {
  const progressToken = mcpReq._meta?.progressToken;
  let told = -leastStep;
  const tell = (percent: number, message: string) => {
    if (progressToken === undefined) return;
    told = Math.max(percent, told + leastStep);
    mcpReq
      .notify({
        method: 'notifications/progress',
        params: { progressToken, progress: told, total: 100, message },
      })
      .catch((err: unknown) => log.debug({ err }, 'a client was not told of progress'));
  };
  return {
    accepted(taskId: string, price: number) {
      tell(0, `Task ${taskId} was accepted, with ${inCredits(price)} held for it.`);
    },
    reached({ percent, queuePosition, step, steps }: Progress) {
      if (queuePosition !== undefined) tell(0, `Place ${queuePosition} in the queue.`);
      else if (percent > told)
        tell(percent, step === undefined || steps === undefined ? 'Running.' : `Step ${step} of ${steps}.`);
    },
  };
}
