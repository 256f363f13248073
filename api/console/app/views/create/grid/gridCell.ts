import { isObject } from '../draft/storedJson.ts';

/** The place of a task in a grid. It is kept with the task, so that any browser lays the grid out again. */
export interface GridCell {
  /** Of the whole grid. */
  id: string;
  /** Column and row, counted from 0. */
  at: readonly [number, number];
  /** What changes along the columns and along the rows, and what it is here; without rows there is one entry. */
  axes: readonly string[];
  labels: readonly string[];
}

/** Longer labels would not fit into the note of a task, nor over a column. */
const longestLabel = 48;

export const shorten = (text: string): string =>
  [...text].length > longestLabel ? `${[...text].slice(0, longestLabel - 1).join('')}…` : text;

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) &&
  value.length >= 1 &&
  value.length <= 2 &&
  value.every((one) => typeof one === 'string');

const isPlace = (value: unknown): value is [number, number] =>
  Array.isArray(value) &&
  value.length === 2 &&
  value.every((one) => Number.isInteger(one) && one >= 0 && one < 100);

/** Undefined for what no grid has written: a person's programs write notes of their own. */
export function parseGridCell(text: string): GridCell | undefined {
  if (!text.startsWith('{')) return undefined;
  let cell: unknown;
  try {
    cell = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(cell) || typeof cell.id !== 'string') return undefined;
  const { id, at, axes, labels } = cell;
  return isPlace(at) && isTexts(axes) && isTexts(labels) ? { id, at, axes, labels } : undefined;
}
