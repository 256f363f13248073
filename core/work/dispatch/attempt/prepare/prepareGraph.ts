import { openAsBlob } from 'node:fs';
import type { BoundInput } from '@star-graph/workflows';
import type { Graph } from '@star-graph/workflows/graph/graph';
import type { Logger } from 'pino';
import type { ComfyClient } from '../../../../comfy/comfy.ts';
import { uploadInput } from '../../../../comfy/inputFiles.ts';
import { outputPrefixOf } from '../../../../comfy/outputFiles.ts';
import type { Task, TaskError, TaskImage } from '../../../../ground/db/models/task.ts';
import { retryWrite } from '../../../../ground/db/retryWrite.ts';
import type { Clock } from '../../../../ground/runtime/clock.ts';
import { extensionOf } from '../../../../ground/storage/mediaTypes.ts';
import type { Storage } from '../../../../ground/storage/storage.ts';
import type { Catalogue } from '../../../../library/catalogue/catalogue.ts';
import { prepareForBackend } from '../../../../media/images/prepareForBackend.ts';
import { probeImage } from '../../../../media/pictures.ts';
import { receiveStream } from '../../../../media/receiveUpload.ts';
import type { AssignedAttempt, AttemptLimits } from '../attempt.ts';
import { problems } from '../decision.ts';

/** An input is missing, damaged or withheld: no backend can help. */
export class InputUnusable extends Error {
  override name = 'InputUnusable';
  /** What the person is told. */
  readonly error: TaskError;

  constructor(fault: string, error: TaskError = problems.inputGone) {
    super(fault);
    this.error = error;
  }
}

interface Deps {
  clock: Clock;
  storage: Pick<Storage, 'open'>;
  client: Pick<ComfyClient, 'upload'>;
  catalogue: Pick<Catalogue, 'locateFiles'>;
  logger: Logger;
  limits: Pick<AttemptLimits, 'inputBytes' | 'inputPixels' | 'outputBytes' | 'inputDirs' | 'tempDirectory'>;
}

/** Uploads the inputs and writes the values into the template, with model files named as the backend lists them. */
export async function prepareGraph(deps: Deps, attempt: AssignedAttempt): Promise<Graph> {
  const uploadedNames: Record<string, string> = {};
  for (const [param, image] of Object.entries(attempt.task.images))
    uploadedNames[param] = await sendInput(deps, image, attempt.signals.run);
  return bindGraph(deps, attempt, uploadedNames);
}

/** A picture as one upright 8-bit frame; a film or sound, which was proven before it was stored, as it is. */
async function sendInput(deps: Deps, input: TaskImage, signal: AbortSignal): Promise<string> {
  const { tempDirectory, inputBytes, inputPixels, outputBytes } = deps.limits;
  signal.throwIfAborted();
  using object = await deps.storage.open(input.storageKey);
  if (!object) throw new InputUnusable('an input is not in storage');
  const tooLarge = () => new InputUnusable('an input is larger than uploads may be');
  const isPicture = input.mime.startsWith('image/');
  // A film that a task made may be larger than an upload.
  const limitBytes = !isPicture ? Math.max(inputBytes, outputBytes) : inputBytes;
  const limits = { limitBytes, tempDirectory, signal };
  await using original = await receiveStream(object.stream, limits, tooLarge);
  if (!isPicture) {
    if (original.sha256 !== input.sha256) throw new InputUnusable('the stored bytes of an input changed');
    const file = {
      sha256: input.sha256,
      ext: extensionOf(input.mime),
      bytes: await openAsBlob(original.path),
    };
    return await uploadInput(deps, deps.limits.inputDirs, file, signal);
  }
  const probed = await probeImage(original.path, { mostPixels: inputPixels, signal });
  await using prepared = await prepareForBackend(original.path, probed, {
    tempDirectory,
    mostPixels: inputPixels,
    signal,
  });
  const bytes = await openAsBlob(prepared.path);
  const { sha256, ext } = prepared;
  return await uploadInput(deps, deps.limits.inputDirs, { sha256, ext, bytes }, signal);
}

/**
 * The graph of a prompt that was posted before, to follow its progress. Only the names of uploaded files can differ
 * from the graph that runs, and progress ignores them.
 */
export function rebindGraph(
  deps: Pick<Deps, 'catalogue' | 'clock' | 'logger'>,
  attempt: AssignedAttempt,
): Promise<Graph> {
  const names = Object.entries(attempt.task.images).map(([param, { sha256 }]) => [param, sha256]);
  return bindGraph(deps, attempt, Object.fromEntries(names));
}

/** The names of model files are read from the database, which is waited for. */
function bindGraph(
  deps: Pick<Deps, 'catalogue' | 'clock' | 'logger'>,
  attempt: AssignedAttempt,
  uploadedNames: Readonly<Record<string, string>>,
): Promise<Graph> {
  const { task, workflow } = attempt;
  const graph = workflow.bind(task.params, {
    images: boundImages(task, uploadedNames),
    outputPrefix: outputPrefixOf(attempt.fence),
  });
  const locate = () => deps.catalogue.locateFiles(attempt.fence.backendId, graph);
  return retryWrite(deps, locate, attempt.signals.run);
}

const boundImages = (
  task: Pick<Task, 'images'>,
  uploadedNames: Readonly<Record<string, string>>,
): Record<string, BoundInput> =>
  Object.fromEntries(
    Object.entries(task.images).map(([param, { assetId, sha256, mime, storageKey, ...facts }]) => [
      param,
      { ...facts, uploadedName: uploadedNames[param] ?? '' },
    ]),
  );
