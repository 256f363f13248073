import { tasksSetAside } from '../../dispatcherMetrics.ts';
import type { AttemptDeps, OwnPrompt } from '../attempt.ts';
import { judgeFault } from '../collect/judgeFault.ts';
import { recordFault } from '../collect/recordFault.ts';
import { type Decision, problems } from '../decision.ts';
import type { RunningAttempt } from '../runningAttempt.ts';
import { type Followed, followPrompt } from './followPrompt.ts';

/** What an attempt is to end with, and what was seen of its run. */
export interface Judged<Choice = Decision> {
  decision: Choice;
  /** Undefined when its prompt was not followed to its end. */
  followed?: Followed;
}

/** Follows a prompt to its end, and judges that by itself and by the ends of earlier attempts. */
export async function runPrompt(
  deps: AttemptDeps,
  attempt: RunningAttempt,
  prompt: OwnPrompt,
): Promise<Judged> {
  const followed = await followPrompt(deps, attempt, prompt);
  if (followed.outcome.kind === 'succeeded') deps.health.reportRan();
  const fault = await recordFault(deps, attempt, followed, prompt.graph);
  const decision = judgeFault(attempt, followed, attempt.remote.answer, fault);
  if (decision.kind === 'elsewhere' && decision.error === problems.serversLost) {
    tasksSetAside.inc();
    deps.logger.error(attempt.fence, 'two servers were lost while they ran a task, and no third gets it');
  }
  const usedSeconds = followed.usedSeconds + fault.earlierSeconds;
  return { decision, followed: { ...followed, usedSeconds } };
}
