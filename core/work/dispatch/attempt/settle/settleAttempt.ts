import { retryWrite } from '../../../../ground/db/retryWrite.ts';
import { countMarked, markUnfit } from '../../../../library/catalogue/modelMarks.ts';
import { unfitSentence } from '../../../../library/catalogue/unfitSentence.ts';
import type { AttemptDeps } from '../attempt.ts';
import type { Ending } from '../collect/collectResult.ts';
import { type Elsewhere, elsewhere, type Fail, type Unfit } from '../decision.ts';
import type { Judged } from '../run/runPrompt.ts';
import type { RunningAttempt } from '../runningAttempt.ts';
import { type AttemptEnd, chargeGraph, complete, fail, failPaid, sendElsewhere } from './finishAttempt.ts';

/** By then every process has read the pool again, including the mark. */
const untilReadMs = 2_500;
/** Files that clash on two backends are the same files: a third backend would fail too, after another load. */
const clashesBelieved = 2;

/**
 * Keeps the models away from this backend, and the task goes to one that may run them. If none is left, the task
 * fails and names the model to replace. Neither counts as a failure of the task, since each backend is tried once.
 */
async function judgeUnfit(
  deps: AttemptDeps,
  attempt: RunningAttempt,
  { models, fault }: Unfit,
): Promise<Fail | Elsewhere> {
  const { fence, task, workflow, signals } = attempt;
  const { taskId, backendId } = fence;
  const mark = { backendId, models, reason: fault, taskId };
  await retryWrite(deps, () => markUnfit(deps, mark), signals.left);
  await retryWrite(deps, () => deps.catalogue.refresh(), signals.left);
  deps.logger.warn({ ...fence, models, fault }, 'models do not run on a backend');
  const error = { code: 'model-unusable', detail: unfitSentence(models) } as const;
  const look = async () => ({
    isNoneLeft: (await deps.catalogue.findUnfit(workflow, task.params)) !== undefined,
    isStillHere: (await deps.catalogue.backendsFor(workflow, task.params)).has(backendId),
    marked: models.length > 1 ? await countMarked(deps.database, models) : 0,
  });
  const { isNoneLeft, isStillHere, marked } = await retryWrite(deps, look, signals.left);
  if (isNoneLeft || marked >= clashesBelieved) return { kind: 'fail', error, fault };
  // Files that changed meanwhile undo the mark. The same backend may then be tried again, but not for ever.
  return { ...elsewhere(fault, error, 'nobody', isStillHere), retryAfterMs: untilReadMs };
}

type EndingOf = { [Each in Ending as Each['kind']]: Each };

/** How each ending is written. */
const endings: {
  [Kind in keyof EndingOf]: (
    deps: AttemptDeps,
    attempt: RunningAttempt,
    judged: Judged<EndingOf[Kind]>,
  ) => Promise<AttemptEnd>;
} = {
  complete: (deps, attempt, { decision, followed }) => complete(deps, attempt, decision.outputs, followed),
  fail: (_, attempt, { decision }) => fail(attempt, decision),
  'graph-fault': (_, attempt, { decision, followed }) =>
    fail(attempt, chargeGraph(attempt, decision, followed)),
  'out-of-time': (deps, attempt, { decision }) => failPaid(deps, attempt, decision),
  unfit: async (deps, attempt, { decision }) => {
    const next = await judgeUnfit(deps, attempt, decision);
    return await write(next.kind, deps, attempt, { decision: next });
  },
  elsewhere: (deps, attempt, { decision }) => sendElsewhere(deps, attempt, decision),
};

/** Writes the end of an attempt under its fence. */
export const settleAttempt = (
  deps: AttemptDeps,
  attempt: RunningAttempt,
  judged: Judged<Ending>,
): Promise<AttemptEnd> =>
  attempt.trace.stage('settle', async () => {
    // The end of a result has its start written with it.
    if (judged.decision.kind !== 'complete') await attempt.start.written();
    return await write(judged.decision.kind, deps, attempt, judged);
  });

const write = <Kind extends keyof EndingOf>(
  kind: Kind,
  deps: AttemptDeps,
  attempt: RunningAttempt,
  judged: Judged<EndingOf[Kind]>,
): Promise<AttemptEnd> => endings[kind](deps, attempt, judged);
