import { createForm, type Form, type FormSource } from '@star-graph/ui/form/createForm';
import { findFaults } from '@star-graph/ui/form/findFaults';
import { fitNumber } from '@star-graph/ui/form/fitValue';
import { type FormDraft, readChosen, readValue, writeValue } from '@star-graph/ui/form/formDraft';
import type { Choice, FieldOf, FormField } from '@star-graph/ui/form/formField';
import type { Language } from '@star-graph/ui/texts/language';
import { countVariants, listVariants, mostVariants } from '@star-graph/workflows/translation/promptVariants';
import type { Wish } from '../wish.ts';
import { wishOf } from '../wishOf.ts';
import { shorten } from './gridCell.ts';

/** More at once nobody looks at, and each is a task of its own. */
export const mostCells = mostVariants;

/** Something that may change along a side of the grid. */
export type Axis = { name: string; title: string } & (
  | { kind: 'choice'; options: readonly Choice[] }
  | { kind: 'numbers'; field: FieldOf<'number'> | FieldOf<'seed'> }
  /** The ways that braces in the prompt leave open. */
  | { kind: 'words'; prompts: readonly string[] }
);

export interface AxisValue {
  value: unknown;
  label: string;
}

/** A side of the grid, with what it has at each place. */
export interface Side {
  axis: Axis;
  values: readonly AxisValue[];
}

/** @param wordsTitle what the ways of the prompt are called */
export function listAxes(form: Form, draft: FormDraft, wordsTitle: string): Axis[] {
  const prompt = String(readChosen(form, draft, 'prompt') ?? '');
  const ways = countVariants(prompt);
  const words: Axis[] =
    ways > 1 && ways <= mostCells
      ? [{ name: 'prompt', title: wordsTitle, kind: 'words', prompts: listVariants(prompt) }]
      : [];
  return [...words, ...form.fields.flatMap(toAxis)];
}

function toAxis(field: FormField): Axis[] {
  const { name, title } = field;
  if (field.kind === 'choice' && !field.isOpen) {
    const options = field.options.filter(({ unavailable }) => unavailable === undefined);
    return options.length > 1 ? [{ name, title, kind: 'choice', options }] : [];
  }
  if (field.kind === 'seed' || (field.kind === 'number' && name !== 'count'))
    return [{ name, title, kind: 'numbers', field }];
  return [];
}

/** What stands in the field of an axis at first: a few values around the one of the form. */
export function suggestNumbers(axis: Axis & { kind: 'numbers' }, form: Form, draft: FormDraft): string {
  const { field } = axis;
  if (field.kind === 'seed') return Array.from({ length: 4 }, drawSeed).join(', ');
  const now = readValue(form, draft, field);
  const middle = typeof now === 'number' ? now : (field.minimum ?? 0);
  const apart = Math.max(field.step === 'any' ? 0 : field.step, Math.abs(middle) / 4);
  const values = [middle - apart, middle, middle + apart].map((value) => fitNumber(value, field));
  return [...new Set(values.map((value) => Number(value.toPrecision(3))))].join(', ');
}

/** Short enough to be read and typed. */
export const drawSeed = (): number => (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) % 1_000_000;

/** The numbers of a line, as the field takes them, and the pieces that are none. */
export function parseNumbers(
  text: string,
  field: FieldOf<'number'> | FieldOf<'seed'>,
): { values: AxisValue[]; wrong: string[] } {
  const pieces = text.split(/[\s,，;；、]+/u).filter((piece) => piece !== '');
  const wrong = pieces.filter((piece) => !Number.isFinite(Number(piece)));
  const numbers = pieces.filter((piece) => Number.isFinite(Number(piece))).map(Number);
  const fitted = [...new Set(numbers.map((number) => fitNumber(number, field)))];
  return { values: fitted.map((value) => ({ value, label: String(value) })), wrong };
}

/** Where two prompts differ: what stands at the start and at the end of all of them is left out. */
export function describeWords(prompts: readonly string[]): AxisValue[] {
  const [first = ''] = prompts;
  const isShared = (at: (text: string) => string | undefined) =>
    prompts.every((text) => at(text) === at(first));
  let start = 0;
  while (start < first.length && isShared((text) => text[start])) start += 1;
  let end = 0;
  while (end < first.length - start && isShared((text) => text[text.length - 1 - end])) end += 1;
  return prompts.map((value) => ({
    value,
    label: value.slice(start, Math.max(start, value.length - end)).trim() || '—',
  }));
}

export interface GridSource {
  source: FormSource;
  draft: FormDraft;
  language: Language;
}

/**
 * A wish for each place of the grid, row by row; all with one seed, unless seeds are an axis. A place whose model has no
 * such setting stays empty.
 */
export function makeGrid(
  { source, draft, language }: GridSource,
  sides: readonly Side[],
  { id, seed }: { id: string; seed: number },
): (Wish | undefined)[] {
  const [columns, rows] = sides;
  if (!columns) return [];
  const axes = sides.map(({ axis }) => axis.title);
  const lines: readonly (AxisValue | undefined)[] = rows?.values ?? [undefined];
  return lines.flatMap((line, row) =>
    columns.values.map((value, column): Wish | undefined => {
      const chosen = new Map([[columns.axis.name, value.value]]);
      if (rows && line) chosen.set(rows.axis.name, line.value);
      const wish = wishAt({ source, draft, language }, chosen, seed);
      const labels = [value, ...(line ? [line] : [])].map(({ label }) => shorten(label));
      return wish && { ...wish, grid: { id, at: [column, row], axes, labels } };
    }),
  );
}

function wishAt(
  { source, draft, language }: GridSource,
  chosen: ReadonlyMap<string, unknown>,
  seed: number,
): Wish | undefined {
  const model = chosen.has('model') ? chosen.get('model') : draft.values.model;
  const form = createForm(source, model, language);
  let own = draft;
  for (const [name, value] of chosen) {
    if (!form.fields.some((field) => field.params.includes(name))) return undefined;
    own = writeValue(form, own, name, value);
  }
  for (const field of form.fields) {
    if (field.name === 'count') own = writeValue(form, own, 'count', 1);
    const isDrawn = field.kind === 'seed' && readChosen(form, own, field.name) === undefined;
    if (isDrawn) own = writeValue(form, own, field.name, fitNumber(seed, field));
  }
  if (findFaults(form, own).length > 0) return undefined;
  return { ...wishOf(source.workflow.name, form, own), count: 1 };
}
