import { ComfyFault, type OutputFile } from '../../../comfy/comfy.ts';
import { backoffMs } from '../../../db/retryWrite.ts';
import { Problem } from '../../../errors.ts';
import { ToolMissing, ToolOverdue } from '../../../media/videos/runTool.ts';
import { LaneFull } from '../../../media/workLanes.ts';
import { isStorageFault } from '../../../storage/storageProblems.ts';
import type { NewOutput } from '../../../tasks/attempt/attemptTransitions.ts';
import type { AssignedAttempt } from '../attempt.ts';
import { type Elsewhere, elsewhere, type Fail, type GraphFault, problems } from '../decision.ts';
import { type CollectDeps, collectFile, resultsOf } from './collectFile.ts';
import type { EarlyOutput } from './earlyOutput.ts';
import { isOwnGraph } from './graphFault.ts';

type NoOutput = Elsewhere | Fail | GraphFault;

/** How often a missing or damaged file is requested from a backend. */
const fetchTries = 4;
/** A check that took too long may have met a busy machine: it is repeated once. */
const checkTries = 2;
const longestStoragePauseMs = 30_000;

/**
 * Fetches the outputs and stores them. A fault of the backend is retried a few times; then the task runs elsewhere. A
 * fault of ours (a full disk, a store that is away) is retried until it works, because the result is safe on the
 * backend. Rejects with the signal's reason.
 */
export async function collectOutputs(
  deps: CollectDeps,
  attempt: AssignedAttempt & { early: Pick<EarlyOutput, 'take'> },
  files: readonly OutputFile[],
): Promise<NewOutput[] | NoOutput> {
  const results = resultsOf(files, attempt.workflow);
  if (results.length === 0) {
    const fault = 'no output of the kind that was asked for';
    return isOwnGraph(attempt) ? unkeepable(fault) : elsewhere(fault, problems.noOutput, 'either');
  }
  const outputs: NewOutput[] = [];
  for (const file of results) {
    const output = (await attempt.early.take(file)) ?? (await collectPatiently(deps, attempt, file));
    if ('kind' in output) return output;
    outputs.push(output);
  }
  return outputs;
}

async function collectPatiently(
  deps: CollectDeps,
  attempt: AssignedAttempt,
  file: OutputFile,
): Promise<NewOutput | NoOutput> {
  const { run } = attempt.signals;
  let faults = 0;
  for (let tries = 0; ; tries++) {
    run.throwIfAborted();
    try {
      return await collectFile(deps, attempt, file, { limitBytes: deps.limits.outputBytes, signal: run });
    } catch (error) {
      run.throwIfAborted();
      const isPassing = isStorageFault(error) || error instanceof LaneFull;
      if (!isPassing) faults += 1;
      const { tries: most, decision } = classifyCollectFault(error, isOwnGraph(attempt));
      deps.logger.warn({ err: error, ...attempt.fence }, 'an output could not be collected');
      if (!isPassing && faults >= most) return decision;
      await deps.clock.sleep(backoffMs(tries, longestStoragePauseMs), run);
    }
  }
}

/** The message when an output could not be fetched after all tries, though our storage was not at fault. */
function classifyCollectFault(error: unknown, isOwn: boolean): { tries: number; decision: NoOutput } {
  // How large a result is follows from the graph, on every server.
  if (isOwn && isTooLarge(error))
    return { tries: 1, decision: unkeepable('collecting: a result is too large') };
  if (error instanceof ComfyFault) {
    const isFinal = error.kind === 'file-gone' || error.kind === 'too-large';
    const fault = `collecting: ${error.message}`;
    return isFinal
      ? { tries: 1, decision: elsewhere(fault, problems.badOutput, 'either') }
      : { tries: fetchTries, decision: elsewhere(fault, problems.backendLost, 'backend') };
  }
  if (error instanceof Problem && error.code === 'generation-failed')
    return {
      tries: fetchTries,
      decision: elsewhere('collecting: the file is damaged', problems.badOutput, 'backend'),
    };
  // Running the task again would mend neither, and would cost another run.
  if (error instanceof ToolOverdue)
    return { tries: checkTries, decision: failed(problems.slowCheck, error.message) };
  if (error instanceof ToolMissing) return { tries: 1, decision: failed(problems.internal, error.message) };
  const name = error instanceof Error ? error.name : 'unknown';
  return { tries: fetchTries, decision: failed(problems.internal, `collecting: ${name}`) };
}

const isTooLarge = (error: unknown): boolean =>
  error instanceof ComfyFault
    ? error.kind === 'too-large'
    : error instanceof Problem &&
      (error.code === 'too-large' || (error.code === 'generation-failed' && isTooLarge(error.cause)));

const unkeepable = (fault: string): GraphFault => ({ kind: 'graph-fault', failure: undefined, fault });

const failed = (error: Fail['error'], fault: string): Fail => ({ kind: 'fail', error, fault });
