import type { ParsedInput, ParsedInputs } from '../graph/objectInfo.ts';
import type { NodeDefinition } from './definitions.ts';
import type { UiNode } from './uiDocument.ts';

const fieldTypes = new Set(['INT', 'FLOAT', 'STRING', 'BOOLEAN', 'COMBO', 'COLOR']);
export const isField = ({ type, isSocketOnly }: ParsedInput): boolean =>
  isSocketOnly !== true && fieldTypes.has(type);

/** What the page's extra field behind a seed says. */
const seedControls = new Set<unknown>(['fixed', 'increment', 'decrement', 'randomize']);
/** What the page writes for its own buttons, behind all fields. */
const buttons = new Set<unknown>(['image', 'video', 'audio', '', null]);
const seedNames = new Set(['seed', 'noise_seed']);

/**
 * The values of a node's fields by the names of its inputs. ComfyUI's page writes only a list, in the order of the
 * class's definition, with fields of its own between: what becomes of a seed after a run, and buttons at the end.
 * Newer pages name the fields of each node beside its inputs; then a server of another version, whose class has more
 * or fewer fields, does not shift the values.
 */
export function readFields(node: UiNode, definition: NodeDefinition): Map<string, unknown> {
  if (!Array.isArray(node.values)) {
    const { values } = node;
    return new Map(
      Object.entries(values).filter(([name]) => findField(definition.inputs, name) !== undefined),
    );
  }
  const named = node.inputs.flatMap(({ name, widget }) => (widget === undefined ? [] : [name]));
  const walk = (order: readonly string[], areNamed: boolean) =>
    takeValues(node.values as readonly unknown[], definition, order, areNamed);
  const byDefinition = walk(definition.order, false);
  if (named.length === 0) return byDefinition.fields;
  const byName = walk(named, true);
  return byName.isWhole && !(byDefinition.isWhole && named.length < byDefinition.fields.size)
    ? byName.fields
    : byDefinition.fields;
}

interface Taken {
  fields: Map<string, unknown>;
  /** Every field has a value, and every value that is not a control or button belongs to a field. */
  isWhole: boolean;
}

/** Walks along the values. Choices that bring fields along (`resize_type` brings `resize_type.width`) have them right behind. */
function takeValues(
  values: readonly unknown[],
  { inputs }: NodeDefinition,
  order: readonly string[],
  areNamed: boolean,
): Taken {
  const fields = new Map<string, unknown>();
  let at = 0;
  let missing = 0;
  const take = (name: string, input: ParsedInput | undefined): void => {
    if (at >= values.length) {
      missing += 1;
      return;
    }
    const value = values[at];
    at += 1;
    fields.set(name, value);
    const isSeed = seedNames.has(name) || input?.hasControl === true;
    if (isSeed && seedControls.has(values[at])) at += 1;
    // A list of names has the brought fields in it.
    if (areNamed || !input?.optionInputs || typeof value !== 'string') return;
    const brought = Object.hasOwn(input.optionInputs, value) ? input.optionInputs[value] : undefined;
    for (const [inner, innerInput] of Object.entries(brought ?? {})) {
      if (isField(innerInput)) take(`${name}.${inner}`, innerInput);
    }
  };
  for (const name of order) {
    const input = findField(inputs, name);
    if (areNamed || (input && isField(input))) take(name, input);
  }
  const rest = values.slice(at).filter((value) => !buttons.has(value));
  return { fields, isWhole: missing === 0 && rest.length === 0 };
}

/** The input of a name in a graph, also behind choices. */
export function findField(inputs: ParsedInputs, name: string): ParsedInput | undefined {
  if (Object.hasOwn(inputs, name)) return inputs[name];
  const dot = name.indexOf('.');
  const parent = dot < 0 ? undefined : findField(inputs, name.slice(0, dot));
  const rest = name.slice(dot + 1);
  if (parent?.grows) return parent.grows.names.includes(rest) ? parent.grows.input : undefined;
  for (const brought of Object.values(parent?.optionInputs ?? {})) {
    const found = findField(brought, rest);
    if (found) return found;
  }
  return undefined;
}
