import type { TerminalStatus } from '@star-graph/workflows/shared/taskStatuses';
import type { PlannedStrike } from '../strikes.ts';

/** An answer that named a task: from a request, a twin of it, or a repeat after a lost answer. */
interface Acceptance {
  /** The planned task's place in the plan. */
  index: number;
  taskId: string;
}

interface Cancellation {
  taskId: string;
  /** 200: cancelled by this or an earlier DELETE. 409: it had ended otherwise. */
  status: 200 | 409;
}

/** A client was told that a task has ended. */
interface Sighting {
  taskId: string;
  status: TerminalStatus;
  via: 'stomp' | 'sse';
}

export interface Struck {
  planned: PlannedStrike;
  /** Time since the start of the trial; undefined if the moment did not come. */
  atMs: number | undefined;
  targets: readonly string[];
  /** For how long nothing could be written, where that was measured. */
  awayMs?: number;
}

/** The events of a trial as seen from outside; the checker compares them with the platform's rows. */
export interface TrialHistory {
  acceptances: Acceptance[];
  cancellations: Cancellation[];
  sightings: Sighting[];
  struck: Struck[];
  /** Answers by HTTP status or code, for the summary. */
  answers: Map<string, number>;
  /** Answers and events that should not have been sent. */
  violations: string[];
}

export const createHistory = (): TrialHistory => ({
  acceptances: [],
  cancellations: [],
  sightings: [],
  struck: [],
  answers: new Map(),
  violations: [],
});

export const countAnswer = (history: TrialHistory, answer: string | number): void => {
  const key = String(answer);
  history.answers.set(key, (history.answers.get(key) ?? 0) + 1);
};
