import type { ParamSchema } from '@star-graph/workflows/params/paramsMeta';

/** A model pays for what it reads: of long lists it reads the beginning. */
const mostNames = 24;

/** What decides values, in one language: no titles, and nothing for forms. */
const kept = new Set([
  ...['type', 'description', 'default', 'enum', 'const', 'anyOf', 'items', 'properties', 'required'],
  ...['minimum', 'maximum', 'multipleOf', 'minLength', 'maxLength', 'minItems', 'maxItems'],
  ...['additionalProperties', 'x-asset', 'x-grid'],
]);

/** The schema of parameters as a model needs it: a tenth of what a form does. */
export function slimSchema(schema: ParamSchema): ParamSchema {
  const slim = Object.fromEntries(Object.entries(schema).filter(([name]) => kept.has(name))) as ParamSchema;
  if (schema.properties)
    slim.properties = Object.fromEntries(
      Object.entries(schema.properties).map(([name, inner]) => [name, slimSchema(inner)]),
    );
  if (schema.items) slim.items = slimSchema(schema.items);
  const { enum: names } = schema;
  if (!names || names.length <= mostNames) return slim;
  const { enum: _all, ...others } = slim;
  const first = [...new Set([...(schema.default === undefined ? [] : [schema.default]), ...names])];
  return {
    ...others,
    examples: first.slice(0, mostNames),
    description: [schema.description, `These and ${names.length - mostNames} others are taken.`]
      .filter((part) => part !== undefined)
      .join(' '),
  };
}
