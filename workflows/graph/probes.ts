import type { ParamSchema } from '../params/paramsMeta.ts';
import type { Workflow, WorkflowParams } from '../workflow.ts';

/** Values that show what a binding does with a parameter: every choice, both ends of a range, a name, a text. */
function probeValues(schema: ParamSchema): unknown[] {
  if (Array.isArray(schema.enum)) return schema.enum;
  if (schema['x-asset'] !== undefined) return [];
  if (schema['x-options'] !== undefined) return ['probe-a', 'probe-b'];
  switch (schema.type) {
    case 'integer':
    case 'number':
      return [schema.minimum, schema.maximum].filter((limit) => typeof limit === 'number');
    case 'boolean':
      return [false, true];
    case 'string':
      return ['probe'.padEnd(Number(schema.minLength ?? 0), 'x').slice(0, Number(schema.maxLength ?? 5))];
    case 'array': {
      const items = Object.entries(schema.items?.properties ?? {});
      const itemAt = (index: number) =>
        Object.fromEntries(items.map(([name, item]) => [name, probeValues(item)[index]]));
      return [[itemAt(0)], [itemAt(0), itemAt(1)]];
    }
    default:
      return [];
  }
}

/** The id of no asset: a picture that an example leaves out is bound by its placeholder, whatever the id. */
const anyPicture = '01900000-0000-7000-8000-000000000000';

/** The example with one parameter changed at a time. Each value is allowed by itself; combinations are not checked. */
export function listVariants(schema: ParamSchema, example: WorkflowParams): WorkflowParams[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    const isFurtherPicture = property['x-asset'] !== undefined && example[name] === undefined;
    const values = isFurtherPicture ? [anyPicture] : probeValues(property);
    return values.map((value) => ({ ...example, [name]: value }));
  });
}

/**
 * The example, then the example with one parameter changed at a time, as far as the schema accepts it. The bound
 * graphs stand for the binding in the digest: they change when a rule does something else, not when its code is
 * written differently.
 */
export function listProbes(
  params: Workflow['params'],
  schema: ParamSchema,
  example: WorkflowParams,
): WorkflowParams[] {
  const changed = listVariants(schema, example).map((variant) => params.safeParse(variant));
  return [example, ...changed.flatMap((parsed) => (parsed.success ? [parsed.data] : []))];
}
