import type { NewOutput } from '../../../tasks/attemptTransitions.ts';
import type { AttemptDeps } from '../attempt.ts';
import { type Decision, type Fail, problems } from '../decision.ts';
import type { Judged } from '../run/runPrompt.ts';
import type { RunningAttempt } from '../runningAttempt.ts';
import { collectOutputs } from './collectOutputs.ts';

/** A decision after which the backend is not asked any more. */
export type Ending = Exclude<Decision, { kind: 'collect' }> | { kind: 'complete'; outputs: NewOutput[] };

/**
 * Takes the result of a run in, or stops a prompt that is not wanted any more. A prompt that ran to its end before it
 * could be stopped has its result taken in all the same: another run would be the second.
 */
export async function collectResult(
  deps: AttemptDeps,
  attempt: RunningAttempt,
  judged: Judged,
): Promise<Judged<Ending>> {
  const { decision, followed } = await stopUnwanted(deps, attempt, judged);
  if (decision.kind !== 'collect') return { ...judged, decision };
  const taken =
    (await refuseOften(attempt)) ??
    (await attempt.trace.stage('collect', () => collectOutputs(deps, attempt, decision.outputs)));
  return {
    decision: 'kind' in taken ? taken : { kind: 'complete', outputs: taken },
    ...(followed && { followed }),
  };
}

/** A task whose time was used up ends before its prompt is stopped: see `failOutOfTime`. */
async function stopUnwanted(deps: AttemptDeps, attempt: RunningAttempt, judged: Judged): Promise<Judged> {
  const { decision, followed } = judged;
  if (decision.kind === 'collect' || decision.kind === 'out-of-time') return judged;
  const late = await attempt.remote.settle(followed?.outcome.kind);
  if (!late) return judged;
  deps.health.reportRan();
  const outputs = [...late];
  const outcome = { kind: 'succeeded', outputs } as const;
  const ended = { outcome, hasStarted: true, ran: undefined, usedSeconds: followed?.usedSeconds ?? 0 };
  return { decision: { kind: 'collect', outputs }, followed: ended };
}

/** Owners after the first that may begin to collect a result before it is given up. */
const mostCollects = 3;

/**
 * A result that ends the process which collects it would end every next owner's too. The first one's try costs no write:
 * an attempt that is taken over has had it.
 */
async function refuseOften({
  isTakenOver,
  moves,
}: Pick<RunningAttempt, 'isTakenOver' | 'moves'>): Promise<Fail | undefined> {
  const collects = isTakenOver ? await moves.collecting() : 0;
  const fault = `its result was not collected by ${mostCollects + 1} owners: each ended on the way`;
  return collects > mostCollects ? { kind: 'fail', error: problems.uncollectable, fault } : undefined;
}
