import { Problem } from '@star-graph/core/ground/errors';
import type { Workflow } from '@star-graph/workflows';
import type { DoorRequest } from './acceptTasks.ts';
import type { StoredPictures } from './storePictures.ts';
import { mostPicturesOf, type Part, pictureParamsOf } from './workflowParts.ts';

/** A request with the workflow that answers it, before its pictures are stored. */
export interface Planned {
  workflow: Workflow;
  /** Without pictures. */
  params: Readonly<Record<string, unknown>>;
}

/** How many pictures come with a request. */
export interface SentCount {
  images: number;
  hasMask: boolean;
}

export function partOfSent({ images, hasMask }: SentCount): Part {
  if (hasMask) return 'redraw';
  return images > 0 ? 'change' : 'draw';
}

const anyPicture = '01900000-0000-7000-8000-000000000000';

/** Stand for pictures while the workflow is chosen, which none of them decides by itself. */
export const standIns = ({ images, hasMask }: SentCount): Record<string, string> =>
  namePictures(
    Array.from({ length: images }, () => anyPicture),
    hasMask ? anyPicture : undefined,
  );

/** @throws Problem `invalid-params` for more pictures than the workflow takes. */
export function requireRoom(workflow: Workflow, { images }: SentCount, pointer: string): void {
  const most = pictureParamsOf(workflow).length;
  if (images > most)
    throw new Problem('invalid-params', 'There are too many pictures for this model.', {
      errors: [{ pointer, message: `Send at most ${most}.` }],
    });
}

const namePictures = (ids: readonly string[], maskId: string | undefined): Record<string, string> => ({
  ...Object.fromEntries(ids.map((id, index) => [index === 0 ? 'image' : `image${index + 1}`, id])),
  ...(maskId === undefined ? {} : { mask: maskId }),
});

/** One task for as many pictures as the workflow makes at once. */
export function toTasks({ workflow, params }: Planned, stored: StoredPictures, n: number): DoorRequest {
  const pictures = namePictures(stored.imageIds, stored.maskId);
  const most = mostPicturesOf(workflow);
  const counts = Array.from({ length: Math.ceil(n / most) }, (_, index) => Math.min(most, n - index * most));
  const bodies = counts.map((count) => ({ ...params, ...pictures, ...(most > 1 ? { count } : {}) }));
  return { workflowName: workflow.name, bodies };
}
