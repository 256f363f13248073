import { Readable } from 'node:stream';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';
import type { Logger } from 'pino';
import { type ComfyClient, ComfyFault, type OutputFile } from '../../../comfy/comfy.ts';
import { backoffMs } from '../../../db/retryWrite.ts';
import { Problem } from '../../../errors.ts';
import type { Provenance } from '../../../media/metadata/provenance.ts';
import { storeOutput } from '../../../media/storeOutput.ts';
import { ToolMissing, ToolOverdue } from '../../../media/videos/runTool.ts';
import { LaneFull } from '../../../media/workLanes.ts';
import type { Clock } from '../../../runtime/clock.ts';
import { newId } from '../../../runtime/ids.ts';
import type { Storage } from '../../../storage/storage.ts';
import { isStorageFault } from '../../../storage/storageProblems.ts';
import type { NewOutput } from '../../../tasks/attempt/attemptTransitions.ts';
import type { AssignedAttempt, AttemptLimits } from '../attempt.ts';
import { type Elsewhere, elsewhere, type Fail, problems } from '../decision.ts';

interface Deps {
  clock: Clock;
  logger: Logger;
  client: Pick<ComfyClient, 'fetchOutput'>;
  storage: Pick<Storage, 'put'>;
  limits: Pick<AttemptLimits, 'outputBytes' | 'tempDirectory' | 'filmCheckMs'>;
}

type NoOutput = Elsewhere | Fail;

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
  deps: Deps,
  attempt: AssignedAttempt,
  files: readonly OutputFile[],
): Promise<NewOutput[] | NoOutput> {
  const results = resultsOf(files, attempt.workflow.outputKind);
  if (results.length === 0)
    return elsewhere('no output of the kind that was asked for', problems.noOutput, 'either');
  const outputs: NewOutput[] = [];
  for (const file of results) {
    const output = await collectPatiently(deps, attempt, file);
    if ('kind' in output) return output;
    outputs.push(output);
  }
  return outputs;
}

/** The saved files, else the previewed ones, of the kind that the workflow makes. Animations count as videos too. */
export function resultsOf(files: readonly OutputFile[], kind: 'image' | 'video'): OutputFile[] {
  const fitting = files.filter((file) =>
    kind === 'image' ? file.media === 'image' : file.media === 'video' || file.isAnimated,
  );
  const saved = fitting.filter(({ type }) => type === 'output');
  return saved.length > 0 ? saved : fitting;
}

async function collectPatiently(
  deps: Deps,
  attempt: AssignedAttempt,
  file: OutputFile,
): Promise<NewOutput | NoOutput> {
  const { run } = attempt.signals;
  let faults = 0;
  for (let tries = 0; ; tries++) {
    run.throwIfAborted();
    try {
      return await collectOnce(deps, attempt, file);
    } catch (error) {
      run.throwIfAborted();
      const isPassing = isStorageFault(error) || error instanceof LaneFull;
      if (!isPassing) faults += 1;
      const { tries: most, decision } = classifyCollectFault(error);
      deps.logger.warn({ err: error, ...attempt.fence }, 'an output could not be collected');
      if (!isPassing && faults >= most) return decision;
      await deps.clock.sleep(backoffMs(tries, longestStoragePauseMs), run);
    }
  }
}

/** The message when an output could not be fetched after all tries, though our storage was not at fault. */
function classifyCollectFault(error: unknown): { tries: number; decision: NoOutput } {
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

const failed = (error: Fail['error'], fault: string): Fail => ({ kind: 'fail', error, fault });

async function collectOnce(deps: Deps, attempt: AssignedAttempt, file: OutputFile): Promise<NewOutput> {
  const { outputBytes, tempDirectory, filmCheckMs } = deps.limits;
  const { run } = attempt.signals;
  const fetched = await deps.client.fetchOutput(file, { maxBytes: outputBytes, signal: run });
  // The DOM's and Node's declarations of the same class differ.
  const source = Readable.fromWeb(fetched.stream as NodeReadableStream<Uint8Array>);
  const stored = await storeOutput(deps, source, {
    limitBytes: outputBytes,
    tempDirectory,
    checkTimeoutMs: filmCheckMs,
    signal: run,
    taskId: attempt.fence.taskId,
    provenance: provenanceOf(attempt),
  });
  return {
    id: newId(),
    mime: stored.mime,
    width: stored.width,
    height: stored.height,
    bytes: stored.bytes,
    sha256: stored.sha256,
    durationMs: stored.durationMs ?? null,
    frames: stored.frames,
    storageKey: stored.key,
  };
}

function provenanceOf({ task, workflow }: AssignedAttempt): Provenance {
  const seed = workflow.seedParam === undefined ? undefined : task.params[workflow.seedParam];
  const { model } = task.params;
  return {
    platform: 'star-graph',
    workflow: { name: workflow.name, version: workflow.version },
    taskId: task.id,
    ...(typeof seed === 'number' || typeof seed === 'string' ? { seed } : {}),
    ...(typeof model === 'string' ? { model } : {}),
    params: task.params,
  };
}
