import { Readable } from 'node:stream';
import type { Workflow } from '@star-graph/workflows';
import { isSeen, mediaKindOf } from '@star-graph/workflows/shared/mediaKinds';
import type { Logger } from 'pino';
import type { ComfyClient, OutputFile } from '../../../../comfy/comfy.ts';
import type { Clock } from '../../../../ground/runtime/clock.ts';
import { thumbnailKey } from '../../../../ground/storage/keys.ts';
import type { Storage } from '../../../../ground/storage/storage.ts';
import type { Provenance } from '../../../../media/metadata/provenance.ts';
import { type StoredOutput, type StoreOutputOptions, storeOutput } from '../../../../media/storeOutput.ts';
import type { Inspector, Verdict } from '../../../../people/safety/inspector.ts';
import { holdsForbidden, type ReadWordRules } from '../../../../people/safety/wordRules.ts';
import type { NewOutput } from '../../../tasks/attemptTransitions.ts';
import type { AssignedAttempt, AttemptLimits } from '../attempt.ts';

export interface CollectDeps {
  clock: Clock;
  logger: Logger;
  client: Pick<ComfyClient, 'fetchOutput'>;
  storage: Pick<Storage, 'put'>;
  limits: Pick<AttemptLimits, 'outputBytes' | 'tempDirectory' | 'filmCheckMs'>;
  inspector?: Pick<Inspector, 'inspectObject'> | undefined;
  wordRules: ReadWordRules;
}

/**
 * The saved files, else the previewed ones, of the kind that the workflow makes, then what it makes beside them. Animations
 * count as videos too.
 */
export function resultsOf(
  files: readonly OutputFile[],
  { outputKind: kind, keepsAll }: Pick<Workflow, 'outputKind' | 'keepsAll'>,
): OutputFile[] {
  if (keepsAll) return files.filter(({ media }) => media !== 'other');
  const fitting = files.filter((file) => (kind === 'video' && file.isAnimated) || file.media === kind);
  const saved = fitting.filter(({ type }) => type === 'output');
  const results = saved.length > 0 ? saved : fitting;
  if (results.length === 0) return [];
  // A picture beside a film is a step towards it; a sound, a text or a body is one more result.
  const others = files.filter(({ media }) => media !== 'other' && media !== kind && !isSeen(media));
  // What a node says in order that another one saves it is one text.
  const savesText = others.some(({ media, type }) => media === 'text' && type === 'output');
  const isResult = ({ type, text }: OutputFile) => type === 'output' || (text !== undefined && !savesText);
  return [...results, ...others.filter(isResult)];
}

/** Fetches one file of a backend, proves it and stores it. */
export async function collectFile(
  deps: CollectDeps,
  attempt: AssignedAttempt,
  file: OutputFile,
  {
    id,
    limitBytes,
    signal,
    proof,
  }: Pick<StoreOutputOptions, 'limitBytes' | 'signal' | 'proof'> & { id: string },
): Promise<NewOutput> {
  const { tempDirectory, filmCheckMs } = deps.limits;
  const stream =
    file.text === undefined
      ? (await deps.client.fetchOutput(file, { maxBytes: limitBytes, signal })).stream
      : Readable.from([Buffer.from(file.text)]);
  const stored = await storeOutput(deps, stream, {
    claims: claimOf(file),
    limitBytes,
    tempDirectory,
    checkTimeoutMs: filmCheckMs,
    signal,
    ...(proof && { proof }),
    taskId: attempt.fence.taskId,
    provenance: provenanceOf(attempt),
  });
  const posterKey = await storePoster(deps, attempt, id, stored);
  // Before its row: nobody is shown it unseen, and a process that dies here has the attempt collected again.
  const verdict = await inspect(deps, stored, posterKey, signal);
  return {
    id,
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
    waveform: stored.waveform ?? null,
    text: stored.text ?? null,
    storageKey: stored.key,
    thumbnailKey: posterKey ?? null,
    ...(isSeen(mediaKindOf(stored.mime)) && stored.thumbnail && { thumbnail: stored.thumbnail }),
    ...(attempt.workflow.keepsAll && { nodeId: file.nodeId }),
  };
}

/** Its ending is ComfyUI's. */
const claimOf = ({ media, filename }: OutputFile): StoreOutputOptions['claims'] => {
  if (media === 'text') return 'txt';
  return /\.obj$/i.test(filename) ? 'obj' : undefined;
};

/** Of a body: what it looks like, which the classifier looks at. One that cannot be drawn shows its kind alone. */
async function storePoster(
  { storage, logger }: CollectDeps,
  { fence }: AssignedAttempt,
  id: string,
  { mime, thumbnail }: StoredOutput,
): Promise<string | undefined> {
  if (mediaKindOf(mime) !== 'model3d') return undefined;
  const poster = await thumbnail?.catch((error: unknown) => {
    logger.warn({ err: error, taskId: fence.taskId }, 'a body could not be drawn');
    return undefined;
  });
  if (!poster) return undefined;
  await storage.put(thumbnailKey(id), poster, { mime: 'image/webp', bytes: poster.length });
  return thumbnailKey(id);
}

/**
 * A text is held to the operator's words, as a prompt is, and a body to what it looks like from where it is shown. No
 * classifier hears a sound.
 */
async function inspect(
  { inspector, wordRules }: CollectDeps,
  { key, mime, text }: StoredOutput,
  posterKey: string | undefined,
  signal: AbortSignal,
): Promise<Verdict | undefined> {
  const seen = isSeen(mediaKindOf(mime)) ? key : posterKey;
  if (seen !== undefined) return await inspector?.inspectObject(seen, signal);
  const isRefused = text !== undefined && holdsForbidden(await wordRules(), text);
  return isRefused ? { kind: 'withheld', reason: 'other', scores: null } : undefined;
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
