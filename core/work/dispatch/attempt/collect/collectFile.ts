import type { Workflow } from '@star-graph/workflows';
import type { Logger } from 'pino';
import type { ComfyClient, OutputFile } from '../../../../comfy/comfy.ts';
import type { Clock } from '../../../../ground/runtime/clock.ts';
import { newId } from '../../../../ground/runtime/ids.ts';
import type { Storage } from '../../../../ground/storage/storage.ts';
import type { Provenance } from '../../../../media/metadata/provenance.ts';
import { type StoreOutputOptions, storeOutput } from '../../../../media/storeOutput.ts';
import type { Inspector } from '../../../../people/safety/inspector.ts';
import type { NewOutput } from '../../../tasks/attemptTransitions.ts';
import type { AssignedAttempt, AttemptLimits } from '../attempt.ts';

export interface CollectDeps {
  clock: Clock;
  logger: Logger;
  client: Pick<ComfyClient, 'fetchOutput'>;
  storage: Pick<Storage, 'put'>;
  limits: Pick<AttemptLimits, 'outputBytes' | 'tempDirectory' | 'filmCheckMs'>;
  inspector?: Pick<Inspector, 'inspectObject'> | undefined;
}

/** The saved files, else the previewed ones, of the kind that the workflow makes. Animations count as videos too. */
export function resultsOf(
  files: readonly OutputFile[],
  { outputKind: kind, keepsAll }: Pick<Workflow, 'outputKind' | 'keepsAll'>,
): OutputFile[] {
  if (keepsAll) return files.filter(({ media }) => media === 'image' || media === 'video');
  const fitting = files.filter((file) =>
    kind === 'image' ? file.media === 'image' : file.media === 'video' || file.isAnimated,
  );
  const saved = fitting.filter(({ type }) => type === 'output');
  return saved.length > 0 ? saved : fitting;
}

/** Fetches one file of a backend, proves it and stores it. */
export async function collectFile(
  deps: CollectDeps,
  attempt: AssignedAttempt,
  file: OutputFile,
  { limitBytes, signal, proof }: Pick<StoreOutputOptions, 'limitBytes' | 'signal' | 'proof'>,
): Promise<NewOutput> {
  const { tempDirectory, filmCheckMs } = deps.limits;
  const fetched = await deps.client.fetchOutput(file, { maxBytes: limitBytes, signal });
  const stored = await storeOutput(deps, fetched.stream, {
    limitBytes,
    tempDirectory,
    checkTimeoutMs: filmCheckMs,
    signal,
    ...(proof && { proof }),
    taskId: attempt.fence.taskId,
    provenance: provenanceOf(attempt),
  });
  // Before its row: nobody is shown it unseen, and a process that dies here has the attempt collected again.
  const verdict = await deps.inspector?.inspectObject(stored.key, signal);
  return {
    id: newId(),
    ...(verdict && { verdict }),
    mime: stored.mime,
    width: stored.width,
    height: stored.height,
    bytes: stored.bytes,
    sha256: stored.sha256,
    durationMs: stored.durationMs ?? null,
    frames: stored.frames,
    fps: stored.fps ?? null,
    soundCodec: stored.sound?.codec ?? null,
    soundRate: stored.sound?.sampleRate ?? null,
    soundChannels: stored.sound?.channels ?? null,
    storageKey: stored.key,
    ...(attempt.workflow.keepsAll && { nodeId: file.nodeId }),
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
