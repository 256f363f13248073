import { buffer } from 'node:stream/consumers';
import { invariant, Problem } from '@star-graph/core/ground/errors';
import type { Storage } from '@star-graph/core/ground/storage/storage';
import { presentAsset, type ShownAsset } from '@star-graph/core/library/assets/presentAsset';
import type { Encoding } from '@star-graph/core/media/pictureFormats';
import { encodePicture } from '@star-graph/core/media/pictures';
import { chargedOf } from '@star-graph/core/work/tasks/charge';
import type { TaskWithOutputs } from '@star-graph/core/work/tasks/findTasks';
import { mediaKindOf } from '@star-graph/workflows/shared/mediaKinds';
import { HttpProblem } from '../transport/httpProblem.ts';

/** The bytes of a result in the format that was asked for. @throws Problem `not-found` once they are deleted. */
export async function readResult(
  { storage }: { storage: Pick<Storage, 'open'> },
  { storageKey }: Pick<ShownAsset, 'storageKey'>,
  encoding: Encoding,
): Promise<Buffer> {
  return encodePicture(await readStored(storage, storageKey), encoding);
}

/** The same as PNG: one that is stored as such is left as it is. */
export async function readPng(
  { storage }: { storage: Pick<Storage, 'open'> },
  { storageKey, mime }: Pick<ShownAsset, 'storageKey' | 'mime'>,
): Promise<Buffer> {
  const stored = await readStored(storage, storageKey);
  return mime === 'image/png' ? stored : encodePicture(stored, { format: 'png' });
}

async function readStored(storage: Pick<Storage, 'open'>, storageKey: string): Promise<Buffer> {
  using opened = await storage.open(storageKey);
  if (!opened) throw new Problem('not-found', 'This file is no longer stored.');
  // Not before all of it is read is it let go.
  return await buffer(opened.stream);
}

/** A task as a protocol of pictures has it: its outputs are pictures. */
export interface DrawnTask extends TaskWithOutputs {
  /** What came of it beside them, as an imported graph may give: sounds, texts and 3D models. */
  others: readonly ShownAsset[];
}

export function drawnOf(found: TaskWithOutputs): DrawnTask {
  const { image: outputs = [], ...others } = Object.groupBy(found.outputs, ({ mime }) => mediaKindOf(mime));
  return { ...found, outputs, others: Object.values(others).flat() };
}

/** A result that a protocol of pictures has no place for. */
export interface OtherResult {
  type: string;
  /** The whole file, for an hour. */
  url: string;
  /** Of a text: its beginning. */
  text?: string;
}

export const presentOthers = (
  { storage }: { storage: Pick<Storage, 'signedUrl'> },
  ended: readonly DrawnTask[],
): Promise<OtherResult[]> =>
  Promise.all(
    ended
      .flatMap(({ others }) => others)
      .map(async (asset) => {
        const { mime: type, url, text } = await presentAsset(storage, asset);
        return { type, url, ...(text !== undefined && { text }) };
      }),
  );

/** The same where an answer has room for words: texts as they are, a link to anything else. */
export const tellOthers = async (
  deps: Parameters<typeof presentOthers>[0],
  ended: readonly DrawnTask[],
): Promise<string> =>
  (await presentOthers(deps, ended)).map(({ type, url, text }) => text ?? `${type}: ${url}`).join('\n\n');

/** Why a task that has ended has nothing to show; undefined where it has something. */
export function faultOf({ task, outputs, withheld = 0 }: TaskWithOutputs): Problem | undefined {
  if (task.error) {
    const { code, detail } = task.error;
    return new Problem(code, detail);
  }
  if (task.status === 'cancelled')
    return new HttpProblem(409, 'task-finished', 'The task was cancelled before it had a result.');
  if (outputs.length > 0) return undefined;
  return withheld > 0
    ? new Problem('content-refused', 'The result is withheld: GET /api/v1/withheld says why.')
    : new Problem('not-found', 'The result was deleted.');
}

export function firstFaultOf(ended: readonly TaskWithOutputs[]): Error {
  const fault = ended.map(faultOf).find((one) => one !== undefined);
  invariant(fault, 'a task without a picture has a fault');
  return fault;
}

export const creditsOf = (ended: readonly TaskWithOutputs[]): number =>
  ended.reduce((sum, { task }) => sum + (chargedOf(task) ?? 0), 0);
