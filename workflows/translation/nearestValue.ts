import type { ParamSchema } from '../params/paramsMeta.ts';

/** The value itself if the schema takes it, else the nearest one; undefined: there is none. */
export function nearestValue(schema: ParamSchema, value: unknown): unknown {
  const choices = schema.enum ?? schema.anyOf?.flatMap((it) => (it.const === undefined ? [] : [it.const]));
  if (choices && schema['x-options'] === undefined) return nearestChoice(choices, value);
  switch (schema.type) {
    case 'integer':
    case 'number':
      return typeof value === 'number' ? nearestNumber(schema, value) : undefined;
    case 'string':
      return typeof value === 'string' ? shorten(schema, value) : undefined;
    case 'boolean':
      return typeof value === 'boolean' ? value : undefined;
    case 'array':
      return Array.isArray(value) ? value : undefined;
    default:
      return undefined;
  }
}

function nearestChoice(choices: readonly unknown[], value: unknown): unknown {
  if (choices.includes(value)) return value;
  if (typeof value !== 'number') return undefined;
  const numbers = choices.filter((choice) => typeof choice === 'number');
  return numbers.toSorted((a, b) => Math.abs(a - value) - Math.abs(b - value))[0];
}

/** A grid of the values that a model takes: offset, offset + step, … */
const gridOf = (schema: ParamSchema): { step: number; offset: number } => {
  const grid = schema['x-grid'];
  if (typeof grid === 'object' && grid !== null && 'step' in grid && typeof grid.step === 'number')
    return { step: grid.step, offset: 'offset' in grid && typeof grid.offset === 'number' ? grid.offset : 0 };
  return { step: schema.multipleOf ?? (schema.type === 'integer' ? 1 : 0), offset: 0 };
};

function nearestNumber(schema: ParamSchema, value: number): number {
  const { minimum: min = -Infinity, maximum: max = Infinity } = schema;
  const { step, offset } = gridOf(schema);
  const bounded = Math.min(max, Math.max(min, value));
  if (step === 0) return bounded;
  const count = Math.round((bounded - offset) / step);
  const lowest = Math.ceil((min - offset) / step);
  const highest = Math.floor((max - offset) / step);
  return offset + Math.min(highest, Math.max(lowest, count)) * step;
}

/** By characters, not by UTF-16 units. */
function shorten({ maxLength }: ParamSchema, text: string): string {
  const characters = [...text];
  return maxLength === undefined || characters.length <= maxLength
    ? text
    : characters.slice(0, maxLength).join('').trimEnd();
}
