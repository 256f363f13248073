import type { Workflow } from '@star-graph/workflows';
import type { ParamSchema } from '@star-graph/workflows/params/paramsMeta';
import { paramsOf } from './workflowParts.ts';

export interface Size {
  width: number;
  height: number;
}

/**
 * The nearest size that a workflow makes, in about the same shape; undefined where the person cannot choose it.
 * Bounds of a side stand in the workflow's description. Those of the area do not: the picture shrinks until the
 * workflow takes it.
 */
export function fitSize(workflow: Workflow, asked: Size): Size | undefined {
  const { width, height } = paramsOf(workflow);
  if (!width || !height) return undefined;
  const longest = Math.max(asked.width, asked.height);
  const shortest = Math.min(asked.width, asked.height);
  const most = Math.min(width.maximum ?? longest, height.maximum ?? longest);
  const least = Math.max(width.minimum ?? 1, height.minimum ?? 1);
  const grown = Math.max(1, least / shortest);
  let factor = Math.min(grown, most / longest);
  let fitted = scale(asked, factor, { width, height });
  while (!isTaken(workflow, fitted) && factor * shortest > least) {
    factor *= shrinking;
    fitted = scale(asked, factor, { width, height });
  }
  return fitted;
}

/** A quarter of a step of the finest grid in a megapixel. */
const shrinking = 0.998;

const scale = (asked: Size, factor: number, schemas: { width: ParamSchema; height: ParamSchema }): Size => ({
  width: toGrid(asked.width * factor, schemas.width),
  height: toGrid(asked.height * factor, schemas.height),
});

function toGrid(side: number, { multipleOf = 1, minimum = 1, maximum = side }: ParamSchema): number {
  const onGrid = Math.round(side / multipleOf) * multipleOf;
  const least = Math.ceil(minimum / multipleOf) * multipleOf;
  const most = Math.floor(maximum / multipleOf) * multipleOf;
  return Math.min(Math.max(onGrid, least), most);
}

/** Whether the workflow finds no fault in the size; others are for its own check. */
function isTaken({ params, example }: Workflow, size: Size): boolean {
  const { error } = params.safeParse({ ...example, ...size });
  return !error?.issues.some(({ path }) => path[0] === 'width' || path[0] === 'height');
}
