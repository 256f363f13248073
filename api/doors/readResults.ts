import { buffer } from 'node:stream/consumers';
import { invariant, Problem } from '@star-graph/core/ground/errors';
import type { Storage } from '@star-graph/core/ground/storage/storage';
import type { ShownAsset } from '@star-graph/core/library/assets/presentAsset';
import type { Encoding } from '@star-graph/core/media/pictureFormats';
import { encodePicture } from '@star-graph/core/media/pictures';
import { chargedOf } from '@star-graph/core/work/tasks/charge';
import type { TaskWithOutputs } from '@star-graph/core/work/tasks/findTasks';
import { HttpProblem } from '../transport/httpProblem.ts';

/** The bytes of a result in the format that was asked for. @throws Problem `not-found` once they are deleted. */
export async function readResult(
  { storage }: { storage: Pick<Storage, 'open'> },
  { storageKey }: Pick<ShownAsset, 'storageKey'>,
  encoding: Encoding,
): Promise<Buffer> {
  using opened = await storage.open(storageKey);
  if (!opened) throw new Problem('not-found', 'This file is no longer stored.');
  return encodePicture(await buffer(opened.stream), encoding);
}

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
