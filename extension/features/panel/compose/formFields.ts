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
  );

/**
 * The controls for a workflow's parameters, in the schema's order. Pictures are not among them: the run has its own.
 * What no control fits (lists, objects) is left to the workflow's default.
 */
export function listFormFields(workflow: Pick<WorkflowView, 'params'>, locale: Locale): FormField[] {
  const { properties = {}, required = [] } = workflow.params as ParamSchema;
  return Object.entries(properties).flatMap(([name, schema]) => {
    const text: FieldText = {
      name,
      title: schema['x-title']?.[locale] ?? schema.title ?? name,
      description: schema['x-description']?.[locale] ?? schema.description,
      isRequired: required.includes(name),
    };
    const field = schema['x-asset'] ? undefined : describeField(text, schema, locale);
    return field ? [field] : [];
  });
}

function describeField(text: FieldText, schema: ParamSchema, locale: Locale): FormField | undefined {
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

/** Empty fields are left out: the server has the defaults and draws the seed. */
export function readFormValues(
  fields: readonly FormField[],
  texts: Readonly<Record<string, string>>,
): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const field of fields) {
    const text = texts[field.name]?.trim() ?? '';
    if (text === '') continue;
    if (field.kind === 'choice') values[field.name] = field.options.find((option) => String(option) === text);
    else values[field.name] = field.kind === 'number' ? Number(text) : text;
  }
  return values;
}

/** Texts of the controls for stored values; those of another version of the workflow are dropped. */
export function presentFormValues(
  fields: readonly FormField[],
  values: Readonly<Record<string, unknown>>,
): Record<string, string> {
  return Object.fromEntries(
    fields.map((field) => {
      const value = values[field.name] ?? field.default;
      const isOffered = field.kind !== 'choice' || field.options.some((option) => option === value);
      return [field.name, value === undefined || !isOffered ? '' : String(value)];
    }),
  );
}
