import fc from 'fast-check';
import { findClass, parseInputs } from '../graph/objectInfo.ts';
import { inventoryOptions } from '../models/loaders.ts';
import type { ParamSchema } from '../params/paramsMeta.ts';
import { describeParams } from '../params/paramsMeta.ts';
import type { Workflow, WorkflowParams } from '../workflow.ts';
import { fullObjectInfo } from './testObjectInfo.ts';

/** Values of an inventory list, as the test pool has them. */
function listValues(options: string): string[] {
  const source = Object.entries(inventoryOptions).find(([name]) => name === options)?.[1];
  const info = source && findClass(fullObjectInfo, source.classType);
  const choices = info && parseInputs(info.input)[source.input]?.choices;
  if (!choices) throw new Error(`the test pool has no list "${options}"`);
  return choices.map(String);
}

function arbitraryNumber(schema: ParamSchema): fc.Arbitrary<number> {
  const [min, max] = [Number(schema.minimum), Number(schema.maximum)];
  if (schema.type === 'number') return fc.double({ min, max, noNaN: true });
  const { step, offset } = schema['x-grid'] ?? { step: schema.multipleOf ?? 1, offset: 0 };
  const limits = { min: Math.ceil((min - offset) / step), max: Math.floor((max - offset) / step) };
  return fc.integer(limits).map((steps) => steps * step + offset);
}

function arbitraryString(schema: ParamSchema): fc.Arbitrary<string> {
  if (schema['x-asset'] !== undefined) return fc.uuid();
  const options = schema['x-options'];
  if (options !== undefined) return fc.constantFrom(...listValues(options));
  return fc.string({ unit: 'grapheme', minLength: Number(schema.minLength ?? 0), maxLength: 60 });
}

function arbitraryObject(schema: ParamSchema): fc.Arbitrary<Record<string, unknown>> {
  const required = Array.isArray(schema.required) ? schema.required.map(String) : [];
  const shape = Object.entries(schema.properties ?? {}).map(
    ([name, property]) => [name, arbitraryFor(property)] as const,
  );
  return fc.record(Object.fromEntries(shape), { requiredKeys: required });
}

/** Values of the part of JSON Schema that describes parameters. */
function arbitraryFor(schema: ParamSchema): fc.Arbitrary<unknown> {
  if (Array.isArray(schema.enum)) return fc.constantFrom(...schema.enum);
  switch (schema.type) {
    case 'integer':
    case 'number':
      return arbitraryNumber(schema);
    case 'string':
      return arbitraryString(schema);
    case 'boolean':
      return fc.boolean();
    case 'array':
      return fc.array(arbitraryFor(schema.items ?? {}), { maxLength: Number(schema.maxItems ?? 3) });
    case 'object':
      return arbitraryObject(schema);
    default:
      throw new Error(`no values known for ${JSON.stringify(schema)}`);
  }
}

/** Parameters that pass the workflow's schema, parsed: what acceptance would store. */
export function arbitraryParams(workflow: Workflow): fc.Arbitrary<WorkflowParams> {
  return arbitraryFor(describeParams(workflow.params))
    .map((raw) => workflow.params.safeParse(raw))
    .filter((parsed) => parsed.success)
    .map((parsed) => parsed.data as WorkflowParams);
}

const anySide = fc.integer({ min: 1, max: 9000 });
const narrowSide = fc.integer({ min: 1, max: 200 });

/** Realistic sizes of pictures: photos, and also panoramas and scrolls, which evenly drawn sides seldom give. */
export const arbitraryImage = fc.oneof(
  fc.record({ width: anySide, height: anySide }),
  fc.record({ width: anySide, height: narrowSide }),
  fc.record({ width: narrowSide, height: anySide }),
);
