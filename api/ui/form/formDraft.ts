import { isTuning } from '@star-graph/contract/catalogue/engineForms';
import type { Language } from '../texts/language.ts';
import { createForm, type Form, type FormSource } from './createForm.ts';
import { fitValue, isAssetValue, isRow } from './fitValue.ts';
import type { FieldOf, FormField } from './formField.ts';
import { fitSize, type Size } from './sizeShapes.ts';

/**
 * What a person has chosen, by parameter; all else has its default. It is plain JSON, outlives any schema, and keeps
 * values that the form of the moment has no place for.
 */
export interface FormDraft {
  values: Readonly<Record<string, unknown>>;
  /** Values that suit one model alone, by the workflow that runs it. */
  tuning: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export const emptyDraft: FormDraft = { values: {}, tuning: {} };

/** As it was chosen, whether or not the form takes it. */
export const readChosen = ({ runs }: Pick<Form, 'runs'>, draft: FormDraft, param: string): unknown =>
  isTuning(param) ? draft.tuning[runs]?.[param] : draft.values[param];

/** The chosen value as the field takes it. A mask that was painted over another picture is none. */
function readFitted(form: Form, draft: FormDraft, field: FormField): unknown {
  const fitted = fitValue(field, readChosen(form, draft, field.name));
  if (field.kind !== 'mask' || !isAssetValue(fitted) || fitted.over === undefined) return fitted;
  const picture = readChosen(form, draft, field.of);
  return isAssetValue(picture) && picture.assetId !== fitted.over ? undefined : fitted;
}

/** What a control shows. */
export function readValue(form: Form, draft: FormDraft, field: FormField): unknown {
  return readFitted(form, draft, field) ?? ('default' in field ? field.default : undefined);
}

export const readSize = (form: Form, draft: FormDraft, field: FieldOf<'size'>): Partial<Size> =>
  fitSize(field, { width: readChosen(form, draft, 'width'), height: readChosen(form, draft, 'height') });

/** @param value undefined: the default again */
export function writeValue(
  { runs }: Pick<Form, 'runs'>,
  draft: FormDraft,
  param: string,
  value: unknown,
): FormDraft {
  if (!isTuning(param)) return { ...draft, values: setOrDrop(draft.values, param, value) };
  const own = setOrDrop(draft.tuning[runs] ?? {}, param, value);
  return { ...draft, tuning: { ...draft.tuning, [runs]: own } };
}

function setOrDrop(values: Readonly<Record<string, unknown>>, name: string, value: unknown) {
  const { [name]: _dropped, ...others } = values;
  return value === undefined ? others : { ...others, [name]: value };
}

/**
 * The body of a request. What has its default is left out: the server has the same one, and draws the seed.
 * @param without parameters that the caller sets by itself
 */
export function toRequest(
  form: Form,
  draft: FormDraft,
  without: readonly string[] = [],
): Record<string, unknown> {
  const request: Record<string, unknown> = {};
  for (const field of form.fields) {
    if (field.kind === 'size') {
      const isChosen = field.params.some((param) => readChosen(form, draft, param) !== undefined);
      if (isChosen) Object.assign(request, readSize(form, draft, field));
    } else if (field.kind === 'sides') {
      for (const side of field.sides) {
        const value = readFitted(form, draft, side);
        if (value !== undefined) request[side.name] = value;
      }
    } else {
      const chosen = presentValue(field, readFitted(form, draft, field));
      const value = chosen ?? (field.kind === 'choice' && field.isModel ? field.default : undefined);
      if (value !== undefined) request[field.name] = value;
    }
  }
  for (const param of without) delete request[param];
  return request;
}

function presentValue(field: FormField, value: unknown): unknown {
  switch (field.kind) {
    case 'text': {
      const text = typeof value === 'string' ? value.trim() : '';
      return text === '' ? undefined : text;
    }
    case 'rows': {
      const rows = Array.isArray(value) ? value.flatMap((row) => presentRow(field.fields, row)) : [];
      return rows.length === 0 ? undefined : rows;
    }
    default:
      return isAssetValue(value) ? value.assetId : value;
  }
}

/** A row whose required values are not all there is still being filled in, and left out. */
function presentRow(fields: readonly FormField[], row: unknown): Record<string, unknown>[] {
  if (!isRow(row)) return [];
  const values: Record<string, unknown> = {};
  for (const field of fields) {
    const value = presentValue(field, fitValue(field, row[field.name]));
    if (value !== undefined) values[field.name] = value;
    else if (field.isRequired) return [];
  }
  return [values];
}

/**
 * The draft of stored parameters, such as those of an earlier picture. Pictures come with their ids alone; a model that
 * is not on offer keeps its place in the draft, and the form shows what runs instead.
 */
export function fromParams(
  source: FormSource,
  params: Readonly<Record<string, unknown>>,
  language: Language,
): FormDraft {
  const form = createForm(source, params.model, language);
  const assets = new Set(
    form.fields.filter(({ kind }) => kind === 'asset' || kind === 'mask').map(({ name }) => name),
  );
  let draft = emptyDraft;
  for (const [param, value] of Object.entries(params)) {
    if (value === undefined || value === null) continue;
    const isAsset = assets.has(param) && typeof value === 'string';
    draft = writeValue(form, draft, param, isAsset ? { assetId: value } : value);
  }
  return draft;
}
