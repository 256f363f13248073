import type { ModelRequirement } from '@star-graph/workflows';

import { mostResults } from '@star-graph/workflows/graph/ownGraphLimits';
import { inCredits } from '@star-graph/workflows/shared/inCredits';
import type { ExecutionFailure, Outcome, OutputFile } from '../../../comfy/comfy.ts';

import type { TaskError } from '../../../ground/db/models/task.ts';

/** What to do with an attempt that ended on its backend. */
export type Decision =
  | { kind: 'collect'; outputs: readonly OutputFile[] }
  | Fail
  | OutOfTime
  | GraphFault
  | Unfit
  | Elsewhere;

/** Model files do not run on this backend. Another backend may have other files under the same names. */
export interface Unfit {
  kind: 'unfit';
  models: readonly ModelRequirement[];
  /** What went wrong, in words for operators. */
  fault: string;
}

/** Another try would fail in the same way. */
export interface Fail {
  kind: 'fail';
  error: TaskError;
  /** What went wrong, in words for operators. */
  fault: string;
}

/**
 * A person's own graph broke off by itself, and would again on every server: it is not tried again, and pays for its
 * time until then. It could otherwise have a GPU for nothing, by a last node that fails.
 */
export interface GraphFault {
  kind: 'graph-fault';
  /** Undefined: it ran to its end, and nothing of what it made can be kept. */
  failure: ExecutionFailure | undefined;
  /** How many results it made, where they are too many. */
  made?: number;
  /** What went wrong, in words for operators. */
  fault: string;
}

/** It used up the time that its price is for. It fails and is paid, as after a `GraphFault`; every other failure is free. */
export interface OutOfTime {
  kind: 'out-of-time';
  /** Of the time that is paid for: 1, unless no run may be that long. */
  usedShare: number;
}

/** Another try, on another backend if there is one. */
export interface Elsewhere {
  kind: 'elsewhere';
  /** What went wrong, in words for operators. */
  fault: string;
  /** Counts as a failure of the task. */
  countsAsFailure: boolean;
  /** Never counts, however often it happens: our own storage or release is at fault, and an operator must repair it. */
  neverCounts?: true;
  blame: Blame;
  /** What the person is told if this was the last try. */
  error: TaskError;
  /** The same happened to an earlier attempt, and would to the next. */
  isLast?: true;
  /** What the backend delivered proves it broken, whatever else it does well: it rests at once. */
  isProof?: true;
  /** Default: grows with the tries. */
  retryAfterMs?: number;
}

/**
 * The cause of an attempt's end. Whether it counts as a failure of the task is a separate question.
 *
 * `backend`: it went away, forgot its prompt, refused the work for its own reasons, or failed to take or give a file.
 * `either`: a node failed, memory was too little, nothing came out, or it took too long. The task causes these as
 * often as a broken server does, so they only cast doubt on the backend: see `BreakerEnd`. `nobody`: the cause was
 * another client, an operator or this program.
 */
export type Blame = 'backend' | 'either' | 'nobody';

/** `out-of-time`: its price is for a time, and the backend still executed it when that was over. */
export type AttemptOutcome = Outcome | { kind: 'timed-out' } | OutOfTime;

export const problems = {
  backendLost: {
    code: 'backend-lost',
    detail: 'The GPU servers that worked on this were lost several times. Try again later.',
  },
  timedOut: {
    code: 'timed-out',
    detail: 'This took longer than a task is allowed to. Try a smaller size, fewer steps or fewer pictures.',
  },
  outOfMemory: {
    code: 'out-of-memory',
    detail:
      'This needs more memory than the GPU servers have. Try a smaller size, or fewer pictures or frames.',
  },
  refused: {
    code: 'generation-failed',
    detail: 'The GPU servers did not accept this request. Choose another model or other values.',
  },
  valuesClash: {
    code: 'generation-failed',
    detail:
      'The model, the picture and the other values do not fit together. Choose another model or picture and send it again.',
  },
  nodeError: {
    code: 'generation-failed',
    detail: 'The generation broke off on every try. Choose other values, or try again later.',
  },
  fileNodeError: {
    code: 'generation-failed',
    detail:
      'A picture or film could not be read or written, on every try. Give other files if it has any, or try again later.',
  },
  noOutput: {
    code: 'generation-failed',
    detail:
      'The GPU servers ended without a result. It cost nothing, and your values are not the cause. Try again later.',
  },
  badOutput: {
    code: 'generation-failed',
    detail:
      'The GPU servers delivered a file that cannot be read. It cost nothing, and your values are not the cause. Try again later.',
  },
  emptyText: {
    code: 'generation-failed',
    detail:
      'The model answered with an empty text. It cost nothing. Ask in other words or with another picture, or try again with another seed.',
  },
  wrongSize: {
    code: 'generation-failed',
    detail:
      'The GPU servers delivered a result of another size than you asked for. It cost nothing, and your values are not the cause. Try again later.',
  },
  tooLarge: {
    code: 'generation-failed',
    detail: 'The result is larger than what can be kept here. Choose a smaller size, or fewer frames.',
  },
  tooMany: {
    code: 'generation-failed',
    detail: 'More results were made than a task may have. Ask for fewer pictures at once.',
  },
  slowCollect: {
    code: 'backend-lost',
    detail: 'The GPU servers took too long to hand the result over. It cost nothing. Try again later.',
  },
  uncollectable: {
    code: 'generation-failed',
    detail:
      'The platform broke off several times while it took the result in, so the result was given up. It cost nothing. Choose another size or format.',
  },
  serversLost: {
    code: 'backend-lost',
    detail:
      'Two GPU servers were lost while they ran this, so it is not given to a third. It cost nothing. Choose other values, or try again later.',
  },
  slowCheck: {
    code: 'timed-out',
    detail: 'The result takes too long to check. Ask for a shorter or smaller video.',
  },
  inputGone: {
    code: 'generation-failed',
    detail: 'A picture that this task starts from is no longer stored. Upload it again.',
  },
  inputWithheld: {
    code: 'content-refused',
    detail: 'A picture that this task starts from was withheld by a moderator. Use another picture.',
  },
  workflowGone: {
    code: 'workflow-unavailable',
    detail:
      'This version of the workflow is no longer available. Send the request again to use the latest one.',
  },
  internal: {
    code: 'internal',
    detail: 'The platform could not prepare or store this. Try again later.',
  },
} as const satisfies Record<string, TaskError>;

export const outOfTime = (credits: number): TaskError => ({
  code: 'out-of-time',
  detail: `The graph ran as long as a graph may run here, and was stopped. The time cost ${inCredits(credits)}. Make the graph smaller: fewer steps or pictures, or a smaller size. Or ask an administrator for more seconds.`,
});

/** The graph is the person's own, so they are told what its node said. @param credits that its time cost */
export function graphFailed(
  { failure, made }: Pick<GraphFault, 'failure' | 'made'>,
  credits: number,
): TaskError {
  if (made !== undefined) {
    const cost = credits > 0 ? `Its time cost ${inCredits(credits)}.` : 'It cost nothing.';
    const detail = `The graph made ${made} results, and a task keeps at most ${mostResults}. ${cost} Have it save fewer, then send it again.`;
    return { code: 'graph-failed', detail };
  }
  const { nodeId: id, nodeType: type, exceptionType = '', message } = failure ?? {};
  const code = 'graph-failed';
  const isPaid = credits > 0;
  if (id === undefined || type === undefined) {
    const detail = isPaid
      ? `The graph ran to its end and made no picture or video that can be kept here. Its time cost ${inCredits(credits)}. Have it save one that is not too large, then send it again.`
      : 'The graph ran to its end and made no picture or video that can be kept here. It cost nothing. Have it save one that is not too large, then send it again.';
    return { code, detail };
  }
  const detail = isPaid
    ? `The graph broke off at node ${id}, ${type}: “${message}”. It would again, so it was not tried again. Its time until then cost ${inCredits(credits)}. Mend it, then send it again.`
    : `The graph broke off at node ${id}, ${type}: “${message}”. It would again, so it was not tried again. It cost nothing. Mend it, then send it again.`;
  return { code, detail, node: { id, type, exceptionType } };
}

export const elsewhere = (
  fault: string,
  error: TaskError,
  blame: Blame,
  countsAsFailure = true,
): Elsewhere => ({ kind: 'elsewhere', fault, countsAsFailure, blame, error });
