import type { ParsedInput, ParsedInputs } from './objectInfo.ts';
import { expandOwnOptions } from './ownOptions.ts';

const find = (inputs: ParsedInputs, name: string): ParsedInput | undefined =>
  Object.hasOwn(inputs, name) ? inputs[name] : undefined;

/**
 * The inputs that a node has with these values, by their names in a graph: a choice brings the inputs of the value
 * that was chosen (`resize_type.width`), a growing input those of its names (`images.image_1`). Mirrors
 * `get_finalized_class_inputs` of ComfyUI's comfy_api/latest/_io.py, with one difference: a required choice that a
 * graph leaves out stays required on the first level, where ComfyUI fails only when the node runs.
 */
export function expandInputs(
  inputs: ParsedInputs,
  values: Readonly<Record<string, unknown>>,
): Map<string, ParsedInput> {
  const own = expandOwnOptions(inputs, values);
  if (own) return own;
  const expanded = new Map<string, ParsedInput>();
  expandInto(expanded, inputs, values, '');
  return expanded;
}

function expandInto(
  expanded: Map<string, ParsedInput>,
  inputs: ParsedInputs,
  values: Readonly<Record<string, unknown>>,
  prefix: string,
): void {
  for (const [own, input] of Object.entries(inputs)) {
    const name = `${prefix}${own}`;
    const { grows, optionInputs } = input;
    if (grows) {
      for (const [index, grown] of grows.names.entries()) {
        const isRequired = grows.input.isRequired && index < grows.min;
        expanded.set(`${name}.${grown}`, { ...grows.input, isRequired });
      }
      continue;
    }
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    // A nested choice that is left out is not asked for: SaveVideo takes `codec` in place of `format.codec`.
    const isAskedFor = (!optionInputs || prefix === '' || value !== undefined) && !isUnread(input);
    expanded.set(name, isAskedFor ? input : { ...input, isRequired: false });
    const chosen = optionInputs && typeof value === 'string' ? optionsOf(optionInputs, value) : undefined;
    if (chosen) expandInto(expanded, chosen, values, `${name}.`);
  }
}

/** Of a type that we do not know: a graph may hold only what it brings along, such as `loras.0.lora_name`. */
const isUnread = ({ type, grows, optionInputs }: ParsedInput): boolean =>
  type.startsWith('COMFY_') && !grows && !optionInputs;

const optionsOf = (
  optionInputs: Readonly<Record<string, ParsedInputs>>,
  value: string,
): ParsedInputs | undefined => (Object.hasOwn(optionInputs, value) ? optionInputs[value] : undefined);

/**
 * Whether a name belongs to an input of a type that we do not know: what such an input brings along cannot be judged.
 */
export function isOfUnknownType(inputs: ParsedInputs, name: string): boolean {
  const [first = ''] = name.split('.');
  const parent = name.includes('.') ? find(inputs, first) : undefined;
  return parent?.type.startsWith('COMFY_') === true && parent.grows === undefined;
}

/**
 * The input of a name in graphs whose other values are not known: with a choice between inputs of the same name, the
 * one that takes the most numbers.
 */
export function findInput(inputs: ParsedInputs, name: string): ParsedInput | undefined {
  const [first = '', ...rest] = name.split('.');
  const input = find(inputs, first);
  if (!input || rest.length === 0) return input;
  if (input.grows) return input.grows.names.includes(rest.join('.')) ? input.grows.input : undefined;
  const found = Object.values(input.optionInputs ?? {}).flatMap(
    (nested) => findInput(nested, rest.join('.')) ?? [],
  );
  const width = ({ min = -Infinity, max = Infinity }: ParsedInput) => max - min;
  return found.sort((a, b) => width(b) - width(a))[0];
}
