import { Readable } from 'node:stream';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import { type ComfyClient, ComfyFault, type OutputFile } from '../comfy/comfy.ts';
import { Problem } from '../errors.ts';
import { newId } from '../ids.ts';
import type { Provenance } from '../media/provenance.ts';
import { storeOutput } from '../media/storeOutput.ts';
import type { Storage } from '../storage/storage.ts';
import type { NewOutput } from '../tasks/attemptTransitions.ts';
import type { Attempt } from './attempt.ts';
import { pauseAfter } from './patience.ts';
import { type Elsewhere, elsewhere, problems } from './verdict.ts';

interface Deps {
  clock: Clock;
  logger: Logger;
  client: Pick<ComfyClient, 'fetchOutput'>;
  storage: Pick<Storage, 'put'>;
  limits: { outputBytes: number; tempDirectory: string };
}

/** A file that a backend does not hand over, or hands over damaged, is asked for so often. */
const fetchTries = 4;
const longestStoragePauseMs = 30_000;

/**
 * Fetches the outputs and stores them. What fails on the backend's side is tried a few times and then a reason to run
 * the task elsewhere; what fails on ours (a full disk, a store that is away) is tried until it works, because the
 * result lies safe on the backend. Rejects with the signal's reason.
 */
export async function collectOutputs(
  deps: Deps,
  attempt: Attempt,
  files: readonly OutputFile[],
): Promise<NewOutput[] | Elsewhere> {
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

/** What was saved, else what was previewed; of the kind that the workflow makes. Animations count as videos too. */
export function resultsOf(files: readonly OutputFile[], kind: 'image' | 'video'): OutputFile[] {
  const fitting = files.filter((file) =>
    kind === 'image' ? file.media === 'image' : file.media === 'video' || file.isAnimated,
  );
  const saved = fitting.filter(({ type }) => type === 'output');
  return saved.length > 0 ? saved : fitting;
}

async function collectPatiently(
  deps: Deps,
  attempt: Attempt,
  file: OutputFile,
): Promise<NewOutput | Elsewhere> {
  const { run } = attempt.signals;
  let backendFaults = 0;
  for (let tries = 0; ; tries++) {
    run.throwIfAborted();
    try {
      return await collectOnce(deps, attempt, file);
    } catch (error) {
      run.throwIfAborted();
      const fault = asBackendFault(error);
      if (fault) backendFaults += 1;
      if (fault && (fault.isFinal || backendFaults >= fetchTries))
        return elsewhere(fault.says, fault.problem, fault.isFinal ? 'either' : 'backend');
      deps.logger.warn({ err: error, ...attempt.fence }, 'an output could not be collected; trying again');
      await deps.clock.sleep(pauseAfter(tries, longestStoragePauseMs), run);
    }
  }
}

/** Undefined for a fault of this side. */
function asBackendFault(
  error: unknown,
): { says: string; isFinal: boolean; problem: Elsewhere['error'] } | undefined {
  if (error instanceof ComfyFault) {
    const isFinal = error.kind === 'file-gone' || error.kind === 'too-large';
    const problem = isFinal ? problems.badOutput : problems.backendLost;
    return { says: `collecting: ${error.message}`, isFinal, problem };
  }
  if (error instanceof Problem && error.code === 'generation-failed')
    return { says: 'collecting: the file is damaged', isFinal: false, problem: problems.badOutput };
  return undefined;
}

async function collectOnce(deps: Deps, attempt: Attempt, file: OutputFile): Promise<NewOutput> {
  const { outputBytes, tempDirectory } = deps.limits;
  const { run } = attempt.signals;
  const fetched = await deps.client.fetchOutput(file, { maxBytes: outputBytes, signal: run });
  // The DOM's and Node's declarations of the same class differ.
  const source = Readable.fromWeb(fetched.stream as NodeReadableStream<Uint8Array>);
  const stored = await storeOutput(deps, source, {
    limitBytes: outputBytes,
    tempDirectory,
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

function provenanceOf({ task, workflow }: Attempt): Provenance {
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
