import {
  findClass,
  type ObjectInfo,
  type ParsedInput,
  type ParsedInputs,
  parseInputs,
} from '../graph/objectInfo.ts';

/** A node class as some server defines it. */
export interface NodeDefinition {
  inputs: ParsedInputs;
  /** Names of the inputs as the definition lists them, which is the order of the fields on ComfyUI's page. */
  order: readonly string[];
  /** Types of its outputs, by index. */
  outputs: readonly string[];
}

/** Undefined for a class that no server has. */
export type FindDefinition = (classType: string) => NodeDefinition | undefined;

/** Where servers differ, the first one's definition counts. */
export const definitionsOf =
  (objectInfos: readonly ObjectInfo[]): FindDefinition =>
  (classType) => {
    const info = objectInfos.map((objectInfo) => findClass(objectInfo, classType)).find(Boolean);
    if (!info) return undefined;
    const { input, input_order: order } = info;
    return {
      inputs: parseInputs(input),
      order: [
        ...(order?.required ?? Object.keys(input.required ?? {})),
        ...(order?.optional ?? Object.keys(input.optional ?? {})),
      ],
      outputs: info.output.map((output) => (typeof output === 'string' ? output : 'COMBO')),
    };
  };

/** What a new node of the class holds, as far as its definition says: given values first, then defaults. */
export function fillInputs(
  { inputs, order }: NodeDefinition,
  given: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const filled: Record<string, unknown> = {};
  const fill = (name: string, input: ParsedInput): void => {
    const value = Object.hasOwn(given, name) ? given[name] : readDefault(input);
    if (value === undefined) return;
    filled[name] = value;
    const brought = typeof value === 'string' && input.optionInputs?.[value];
    for (const [inner, innerInput] of Object.entries(brought || {})) {
      const path = `${name}.${inner}`;
      if (innerInput.isRequired || Object.hasOwn(given, path)) fill(path, innerInput);
    }
  };
  for (const name of order) {
    const input = Object.hasOwn(inputs, name) ? inputs[name] : undefined;
    if (input && (input.isRequired || Object.hasOwn(given, name))) fill(name, input);
  }
  return filled;
}

/** What the page shows in a new field; undefined for what is no field. */
export function readDefault(input: ParsedInput): unknown {
  if (input.default !== undefined) return input.default;
  switch (input.type) {
    case 'COMBO':
      return input.choices?.[0];
    case 'INT':
    case 'FLOAT':
      return Math.max(0, input.min ?? 0);
    case 'STRING':
      return '';
    case 'BOOLEAN':
      return false;
    default:
      return undefined;
  }
}
