import { mostResults } from '@star-graph/workflows/graph/ownGraphLimits';
import { isSeen, mediaKindOf } from '@star-graph/workflows/shared/mediaKinds';
import { ComfyFault, type OutputFile } from '../../../../comfy/comfy.ts';
import { backoffMs } from '../../../../ground/db/retryWrite.ts';
import { Problem } from '../../../../ground/errors.ts';
import { newId } from '../../../../ground/runtime/ids.ts';
import { isStorageFault } from '../../../../ground/storage/storageProblems.ts';
import { EmptyText } from '../../../../media/storeOutput.ts';
import { ToolMissing, ToolOverdue } from '../../../../media/videos/runTool.ts';
import { createWorkLane, LaneFull } from '../../../../media/workLanes.ts';
import type { NewOutput } from '../../../tasks/attemptTransitions.ts';
import type { AssignedAttempt } from '../attempt.ts';
import { type Elsewhere, elsewhere, type Fail, type GraphFault, problems } from '../decision.ts';
import { type CollectDeps, collectFile, resultsOf } from './collectFile.ts';
import type { EarlyOutput } from './earlyOutput.ts';
import { isOwnGraph } from './graphFault.ts';
import { isOfPlatform, proves } from './judgeFault.ts';

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
    if (isOwnGraph(attempt)) return unkeepable(fault);
    return proveBy(attempt, elsewhere(fault, problems.noOutput, 'either'));
  }
  if (results.length > mostResults) {
    const fault = `collecting: ${results.length} results`;
    return isOwnGraph(attempt)
      ? { ...unkeepable(fault), made: results.length }
      : failed(problems.tooMany, fault);
  }
  const time = createCollectTime(deps.clock);
  try {
    return await collectAll(deps, attempt, results, time);
  } finally {
    time.end();
  }
}

/** Results of one task that are fetched and proven side by side. */
const mostAtOnce = 4;

async function collectAll(
  deps: CollectDeps,
  attempt: AssignedAttempt & { early: Pick<EarlyOutput, 'take'> },
  results: readonly OutputFile[],
  time: CollectTime,
): Promise<NewOutput[] | NoOutput> {
  const asked = attempt.workflow.makes?.(attempt.task.params, attempt.task.images);
  const lane = createWorkLane({ atOnce: mostAtOnce, room: results.length });
  const stop = new AbortController();
  const run = AbortSignal.any([attempt.signals.run, stop.signal]);
  const ours = { ...attempt, signals: { ...attempt.signals, run } };
  let none: NoOutput | undefined;
  const collect = async (file: OutputFile, id: string) => {
    const output =
      (await attempt.early.take(file)) ?? (await collectPatiently(deps, ours, { file, id }, time));
    const made = output && ('kind' in output ? output : requireSize(attempt, output, asked));
    if (!made || !('kind' in made)) return made;
    // The others are of no use. Nothing of them is at work any more when this is told.
    none ??= made;
    stop.abort(new Error('another result cannot be had'));
    return undefined;
  };
  const collecting = results.map((file) => {
    // Results are shown in the order of their ids.
    const id = newId();
    return lane.run(1, () => collect(file, id), stop.signal);
  });
  const ends = await Promise.allSettled(collecting);
  if (none) return none;
  const outputs = ends.map((end) => {
    if (end.status === 'rejected') throw end.reason;
    return end.value;
  });
  // A node that had nothing to say takes no other result away.
  const had = outputs.filter((output) => output !== undefined);
  if (had.length > 0) return had;
  const fault = 'a text without a word';
  return isOwnGraph(attempt) ? unkeepable(fault) : failed(problems.emptyText, fault);
}

/** A sound, a text or a body has no size. */
function requireSize(
  attempt: AssignedAttempt,
  output: NewOutput,
  asked: { width: number; height: number } | undefined,
): NewOutput | NoOutput {
  const { width, height, mime } = output;
  const isOther = asked && (width !== asked.width || height !== asked.height);
  if (!isOther || !isSeen(mediaKindOf(mime))) return output;
  const fault = `a result of ${width} × ${height} for ${asked.width} × ${asked.height}`;
  return proveBy(attempt, elsewhere(fault, problems.wrongSize, 'backend'));
}

/** Of the backend; our own storage may be away for longer. */
const longestCollectMs = 15 * 60_000;

interface CollectTime {
  signal: AbortSignal;
  /** The fault was ours: the backend has its whole time again. */
  restart(): void;
  end(): void;
}

function createCollectTime(clock: Pick<CollectDeps['clock'], 'after'>): CollectTime {
  const over = new AbortController();
  const begin = () => clock.after(longestCollectMs, () => over.abort(new Error('collecting took too long')));
  let cancel = begin();
  return {
    signal: over.signal,
    restart() {
      cancel();
      cancel = begin();
    },
    end: () => cancel(),
  };
}

/** Of a graph of the platform's, which makes what was asked for on every server that is well. */
const proveBy = (attempt: AssignedAttempt, decision: Elsewhere): Elsewhere =>
  isOfPlatform(attempt) ? proves(decision) : decision;

/** Undefined of a text without a word. */
async function collectPatiently(
  deps: CollectDeps,
  attempt: AssignedAttempt,
  { file, id }: { file: OutputFile; id: string },
  time: CollectTime,
): Promise<NewOutput | NoOutput | undefined> {
  const { run } = attempt.signals;
  const signal = AbortSignal.any([run, time.signal]);
  let faults = 0;
  for (let tries = 0; ; tries++) {
    run.throwIfAborted();
    try {
      return await collectFile(deps, attempt, file, { id, limitBytes: deps.limits.outputBytes, signal });
    } catch (error) {
      run.throwIfAborted();
      if (error instanceof EmptyText) return undefined;
      if (time.signal.aborted) return overdue(attempt);
      const isPassing = isStorageFault(error) || error instanceof LaneFull;
      if (!isPassing) faults += 1;
      if (isPassing) time.restart();
      const { tries: most, decision } = classifyCollectFault(error, attempt);
      deps.logger.warn({ err: error, ...attempt.fence }, 'an output could not be collected');
      if (!isPassing && faults >= most) return decision;
      await deps.clock.sleep(backoffMs(tries, longestStoragePauseMs), run);
    }
  }
}

const overdue = (attempt: AssignedAttempt): NoOutput => {
  const fault = 'collecting took too long';
  return isOwnGraph(attempt) ? unkeepable(fault) : elsewhere(fault, problems.slowCollect, 'backend');
};

/** The message when an output could not be fetched after all tries, though our storage was not at fault. */
function classifyCollectFault(
  error: unknown,
  attempt: AssignedAttempt,
): { tries: number; decision: NoOutput } {
  // How large a result is follows from the graph, on every server.
  if (isTooLarge(error)) {
    const fault = 'collecting: a result is too large';
    const decision = isOwnGraph(attempt) ? unkeepable(fault) : elsewhere(fault, problems.tooLarge, 'either');
    return { tries: 1, decision };
  }
  if (error instanceof ComfyFault) {
    const fault = `collecting: ${error.message}`;
    return error.kind === 'file-gone'
      ? { tries: 1, decision: elsewhere(fault, problems.badOutput, 'either') }
      : { tries: fetchTries, decision: elsewhere(fault, problems.backendLost, 'backend') };
  }
  if (error instanceof Problem && error.code === 'generation-failed')
    return {
      tries: fetchTries,
      decision: proveBy(attempt, elsewhere('the file of a result is damaged', problems.badOutput, 'either')),
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
