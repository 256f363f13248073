import type { Attempt } from './attempt.ts';
import type { AttemptMoves } from './attemptMoves.ts';
import type { RemotePrompt } from './remotePrompt.ts';

/** An attempt with its two ends: what is written of it, and what its backend holds of it. */
export interface RunningAttempt extends Attempt {
  moves: AttemptMoves;
  remote: RemotePrompt;
}
