import type { MaskDrawing } from '../pictures/mask/maskStrokes.ts';
import { isRow } from './fitValue.ts';

/** A draft is stored by others: what is no drawing is left out. */
export const readDrawing = (value: unknown): MaskDrawing | undefined =>
  isRow(value) && Array.isArray(value.steps) && Array.isArray(value.undone)
    ? (value as unknown as MaskDrawing)
    : undefined;
