import { z } from 'zod';
import { readBounded } from '../../ground/runtime/readBounded.ts';
import { createWorkLane } from '../../media/workLanes.ts';
import { type Classifier, type Scores, scoresSchema } from './classifier.ts';

const answerSchema = z.object({ scores: scoresSchema });

const mostAnswerBytes = 64 * 1_024;

/** An operator's own: each JPEG is sent to its address, which answers `{"scores":{"porn":0.01,…}}`. */
export function createHttpClassifier(address: string, timeoutMs: number): Classifier {
  const lane = createWorkLane({ atOnce: 8, room: Number.POSITIVE_INFINITY });
  return {
    classify(jpeg, signal) {
      // Its time begins when its turn comes.
      const work = () => ask(address, jpeg, AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]));
      return lane.run(0, work, signal);
    },
    close: async () => undefined,
  };
}

async function ask(address: string, jpeg: Buffer, signal: AbortSignal): Promise<Scores> {
  const response = await fetch(address, {
    method: 'POST',
    redirect: 'error',
    body: new Uint8Array(jpeg),
    signal,
    headers: { 'Content-Type': 'image/jpeg', Accept: 'application/json' },
  });
  if (!response.ok) {
    await response.body?.cancel();
    throw new Error(`the classifier answered ${response.status}`);
  }
  return answerSchema.parse(JSON.parse(await readBounded(response, mostAnswerBytes))).scores;
}
