import type { AssignedAttempt } from './attempt.ts';
import type { EarlyOutput } from './collect/earlyOutput.ts';
import type { RemotePrompt } from './run/remotePrompt.ts';
import type { AttemptMoves } from './settle/attemptMoves.ts';
import type { AttemptTrace } from './settle/attemptTrace.ts';
import type { StartRecord } from './settle/startRecord.ts';

/** An attempt in both places: its rows in the database, and its prompt on the backend. */
export interface RunningAttempt extends AssignedAttempt {
  moves: AttemptMoves;
  remote: RemotePrompt;
  start: StartRecord;
  early: EarlyOutput;
  trace: AttemptTrace;
  /** Its prompt was posted before: by an earlier owner, or by this one before it broke off. */
  isTakenOver: boolean;
}
