import type { AttemptDeps } from '../attempt.ts';
import type { Ending } from '../collect/collectResult.ts';
import type { Judged } from '../run/runPrompt.ts';
import type { RunningAttempt } from '../runningAttempt.ts';
import { type AttemptEnd, chargeGraph, complete, fail, failPaid, sendElsewhere } from './finishAttempt.ts';
import { judgeUnfit } from './judgeUnfit.ts';

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
