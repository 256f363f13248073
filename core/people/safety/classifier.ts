import { z } from 'zod';

/** How sure a classifier is of each of its classes, from 0 to 1. */
export type Scores = Record<string, number>;

export interface Classifier {
  /** Scores a JPEG. Rejects when it cannot, and with the signal's reason. */
  classify(jpeg: Buffer, signal: AbortSignal): Promise<Scores>;
  close(): Promise<void>;
}

/** The answer of a classifier of an operator's. */
export const scoresSchema = z
  .record(z.string().regex(/^[a-z_]{1,30}$/), z.number().min(0).max(1))
  .refine((scores) => Object.keys(scores).length <= 32);

/** The classes whose score is reached, or the other way round: none. */
export const reachedClasses = (scores: Scores, thresholds: Scores): string[] =>
  Object.entries(thresholds).flatMap(([name, from]) => ((scores[name] ?? 0) >= from ? [name] : []));

/** Of several frames the worst counts. */
export function worstOf(frames: readonly Scores[]): Scores {
  const worst: Scores = {};
  for (const scores of frames)
    for (const [name, score] of Object.entries(scores)) worst[name] = Math.max(worst[name] ?? 0, score);
  return worst;
}
