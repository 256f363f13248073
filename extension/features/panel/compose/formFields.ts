import type { WorkflowView } from '@star-graph/api/contract/catalogue/workflows';
import type { ParamSchema } from '@star-graph/workflows/params/paramsMeta';

type Locale = 'en' | 'zh-CN';

interface FieldText {
  name: string;
  title: string;
  description?: string;
  isRequired: boolean;
}

/** One control of a form. Numbers keep the limits of the schema; `options` are the names the pool offers. */
export type FormField = FieldText &
  (
    | { kind: 'text'; isMultiline: boolean; maxLength?: number; default?: string }
    | {
        kind: 'choice';
        options: (string | number)[];
        /** What people read, by option, where that is something else. */
        names: Readonly<Record<string, string>>;
        /** Options that cannot be chosen now, and why. */
        unavailable?: Readonly<Record<string, string>>;
        default?: string | number;
      }
    | {
        kind: 'number';
        minimum?: number;
        maximum?: number;
        step: number | 'any';
        default?: number;
        /** Drawn by the server when it is left empty. */
        isSeed: boolean;
      }
    | { kind: 'toggle'; default?: boolean }
    /** A further picture or video; its text is the id of the upload. */
    | { kind: 'file'; accepts: 'image' | 'video'; default?: undefined }
    /** Objects with the same fields; its text is made by `writeRows`. */
    | { kind: 'list'; items: FormField[]; maxItems: number; default?: undefined }
  );

/** The picture or video that a workflow starts from. */
export interface Source {
  param: string;
  kind: 'image' | 'video';
}

/** Undefined of a workflow that needs none. */
export function findSource({ params }: Pick<WorkflowView, 'params'>): Source | undefined {
  const { properties = {}, required = [] } = params as ParamSchema;
  const [param, schema] = Object.entries(properties).find(([, one]) => one['x-asset'] !== undefined) ?? [];
  if (param === undefined || schema === undefined || !required.includes(param)) return undefined;
  return { param, kind: schema['x-asset'] === 'video' ? 'video' : 'image' };
}

/**
 * The controls for a workflow's parameters, in the schema's order. What it starts from is not among them: the run has
 * it. What no control fits is left to the workflow's default; no shipped workflow has such a parameter.
 */
export function listFormFields(workflow: Pick<WorkflowView, 'params'>, locale: Locale): FormField[] {
  const source = findSource(workflow)?.param;
  return listFields(workflow.params as ParamSchema, locale).filter(({ name }) => name !== source);
}

function listFields({ properties = {}, required = [] }: ParamSchema, locale: Locale): FormField[] {
  return Object.entries(properties).flatMap(([name, schema]) => {
    const text: FieldText = {
      name,
      title: schema['x-title']?.[locale] ?? schema.title ?? name,
      description: schema['x-description']?.[locale] ?? schema.description,
      isRequired: required.includes(name),
    };
    const field = describeField(text, schema, locale);
    return field ? [field] : [];
  });
}

function describeField(text: FieldText, schema: ParamSchema, locale: Locale): FormField | undefined {
  const asset = schema['x-asset'];
  if (asset) return { ...text, kind: 'file', accepts: asset === 'video' ? 'video' : 'image' };
  const constants = schema.anyOf?.flatMap(({ const: value }) => (value === undefined ? [] : [value]));
  const options = (schema.enum ?? constants ?? []) as (string | number)[];
  if (options.length > 0)
    return {
      ...text,
      kind: 'choice',
      options,
      names: Object.fromEntries(
        Object.entries(schema['x-names'] ?? {}).map(([option, name]) => [option, name[locale]]),
      ),
      default: schema.default as string | number | undefined,
    };
  if (schema.type === 'string')
    return {
      ...text,
      kind: 'text',
      isMultiline: schema['x-multiline'] === true,
      maxLength: schema.maxLength,
      default: schema.default as string | undefined,
    };
  if (schema.type === 'boolean')
    return { ...text, kind: 'toggle', default: schema.default as boolean | undefined };
  if (schema.type === 'array') return describeList(text, schema, locale);
  if (schema.type !== 'number' && schema.type !== 'integer') return undefined;
  return {
    ...text,
    kind: 'number',
    minimum: schema.minimum,
    maximum: schema.maximum,
    // Browsers count steps from the minimum, which is on the grid.
    step: schema['x-grid']?.step ?? schema.multipleOf ?? (schema.type === 'integer' ? 1 : 'any'),
    default: schema.default as number | undefined,
    isSeed: schema['x-seed'] === true,
  };
}

function describeList(text: FieldText, schema: ParamSchema, locale: Locale): FormField | undefined {
  const { items: { properties = {} } = {}, maxItems = Number.POSITIVE_INFINITY } = schema;
  const items = listFields(schema.items ?? {}, locale);
  // Without a control for each part, nothing valid could be entered.
  if (items.length === 0 || items.length < Object.keys(properties).length) return undefined;
  return { ...text, kind: 'list', items, maxItems: Number(maxItems) };
}

/** One entry of a list as texts, by the names of its fields. */
export type Row = Readonly<Record<string, string>>;

export const readRows = (text: string): Row[] => (text === '' ? [] : JSON.parse(text));

export const writeRows = (rows: readonly Row[]): string => (rows.length === 0 ? '' : JSON.stringify(rows));

/** Empty fields are left out: the server has the defaults and draws the seed. */
export function readFormValues(
  fields: readonly FormField[],
  texts: Readonly<Record<string, string>>,
): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const field of fields) {
    const text = texts[field.name]?.trim() ?? '';
    if (text !== '') values[field.name] = readValue(field, text);
  }
  return values;
}

function readValue(field: FormField, text: string): unknown {
  switch (field.kind) {
    case 'choice':
      return field.options.find((option) => String(option) === text);
    case 'number':
      return Number(text);
    case 'toggle':
      return text === 'true';
    case 'list':
      return readRows(text).map((row) => readFormValues(field.items, row));
    default:
      return text;
  }
}

/** Texts of the controls for stored values; those of another version of the workflow are dropped. */
export function presentFormValues(
  fields: readonly FormField[],
  values: Readonly<Record<string, unknown>>,
): Record<string, string> {
  return Object.fromEntries(
    fields.map((field) => {
      const value = values[field.name] ?? field.default;
      if (field.kind === 'list') return [field.name, presentRows(field.items, value)];
      const isOffered = field.kind !== 'choice' || field.options.some((option) => option === value);
      return [field.name, value === undefined || !isOffered ? '' : String(value)];
    }),
  );
}

function presentRows(items: readonly FormField[], value: unknown): string {
  const rows: Record<string, unknown>[] = Array.isArray(value) ? value : [];
  return writeRows(rows.map((row) => presentFormValues(items, row)));
}

/** Without uploads: one of another day may be gone, and belongs to what it was chosen for. */
export function withoutFiles(
  fields: readonly FormField[],
  values: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const files = new Set(fields.flatMap(({ kind, name }) => (kind === 'file' ? [name] : [])));
  return Object.fromEntries(Object.entries(values).filter(([name]) => !files.has(name)));
}
