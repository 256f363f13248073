import { Unreachable } from '@star-graph/client/clientProblem';

const triesAtMost = 3;

/**
 * Sends a request again when its answer was lost. Only for requests with a business key, which the API executes once.
 */
export async function repeatWhenLost<Answer>(request: () => Promise<Answer>): Promise<Answer> {
  for (let tries = 1; ; tries++) {
    try {
      return await request();
    } catch (error) {
      if (!(error instanceof Unreachable) || tries >= triesAtMost) throw error;
    }
  }
}
