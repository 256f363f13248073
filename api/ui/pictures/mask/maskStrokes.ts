export interface Place {
  x: number;
  y: number;
}

/** A place of a stroke and how wide the brush is there; a pen that is pressed less draws thinner. */
export interface StrokePoint extends Place {
  width: number;
}

/** What a person did, in pixels of the picture, so that no zoom and no screen changes what it means. */
export type MaskStep =
  | { kind: 'stroke'; isErasing: boolean; points: readonly StrokePoint[] }
  /** The area around a place, up to what is painted already. */
  | ({ kind: 'fill'; isErasing: boolean } & Place)
  /** Within an outline: a lasso or a rectangle. */
  | { kind: 'area'; isErasing: boolean; points: readonly Place[] }
  /** What hangs together around a place and has its colour, as near as `tolerance`, from 0 to 1. */
  | ({ kind: 'wand'; isErasing: boolean; tolerance: number } & Place)
  | { kind: 'fillAll' }
  | { kind: 'clear' }
  | { kind: 'invert' };

/** A mask as the steps that make it. It is plain JSON, so that a view can keep it. */
export interface MaskDrawing {
  width: number;
  height: number;
  steps: readonly MaskStep[];
  /** Undone, the last one first. */
  undone: readonly MaskStep[];
  /** Over how many pixels the edge fades. */
  feather: number;
}

export const createDrawing = (size: { width: number; height: number }): MaskDrawing => ({
  width: size.width,
  height: size.height,
  steps: [],
  undone: [],
  feather: 0,
});

/** After a new step nothing can be redone. */
export const addStep = (drawing: MaskDrawing, step: MaskStep): MaskDrawing => ({
  ...drawing,
  steps: [...drawing.steps, step],
  undone: [],
});

export function undo(drawing: MaskDrawing): MaskDrawing {
  const last = drawing.steps.at(-1);
  if (!last) return drawing;
  return { ...drawing, steps: drawing.steps.slice(0, -1), undone: [last, ...drawing.undone] };
}

export function redo(drawing: MaskDrawing): MaskDrawing {
  const [next, ...undone] = drawing.undone;
  return next ? { ...drawing, steps: [...drawing.steps, next], undone } : drawing;
}

/** Clearing nothing is no step. */
export const clear = (drawing: MaskDrawing): MaskDrawing =>
  isUntouched(drawing) ? drawing : addStep(drawing, { kind: 'clear' });

export const setFeather = (drawing: MaskDrawing, feather: number): MaskDrawing => ({
  ...drawing,
  feather: Math.max(0, feather),
});

/** Nothing was painted since the mask was empty. */
export function isUntouched({ steps }: MaskDrawing): boolean {
  const last = steps.at(-1);
  return last === undefined || last.kind === 'clear';
}

/** Steps that still show: what was before a full or an empty mask does not. */
export function listVisible({ steps }: MaskDrawing): readonly MaskStep[] {
  const from = steps.findLastIndex(({ kind }) => kind === 'clear' || kind === 'fillAll');
  return from === -1 ? steps : steps.slice(from);
}

/** Drawings are for one size of picture; for another one there is a new drawing. */
export const fitsPicture = (
  drawing: MaskDrawing | undefined,
  picture: { width: number; height: number },
): drawing is MaskDrawing => drawing?.width === picture.width && drawing.height === picture.height;

/** Light pressure still leaves a line. */
const thinnest = 0.25;

/** @param pressure of a pen, 0 to 1; undefined for what does not know it */
export const widthAt = (brush: number, pressure: number | undefined): number =>
  pressure === undefined ? brush : brush * (thinnest + (1 - thinnest) * Math.min(1, Math.max(0, pressure)));

/** Points nearer than this part of the brush change nothing that one sees. */
const nearest = 0.08;

/** Adds what the pointer passed, without points that lie on each other. */
export function extendStroke(
  points: readonly StrokePoint[],
  more: readonly StrokePoint[],
): readonly StrokePoint[] {
  const extended = [...points];
  for (const point of more) {
    const last = extended.at(-1);
    const isNear =
      last !== undefined &&
      Math.hypot(point.x - last.x, point.y - last.y) < Math.max(0.5, point.width * nearest) &&
      Math.abs(point.width - last.width) < point.width * nearest;
    if (!isNear) extended.push(point);
  }
  return extended.length === points.length ? points : extended;
}
