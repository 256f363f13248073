import type {
  NodeClassInfo,
  ObjectInfo,
  ParsedInput,
  ParsedInputs,
} from '@star-graph/workflows/graph/objectInfo';
import type { Inventory, NodeClass } from '../../comfy/comfy.ts';

/** The part of `/object_info` that an inventory keeps. */
export const toObjectInfo = ({ classes }: Inventory): ObjectInfo =>
  Object.fromEntries(Object.entries(classes).map(([name, nodeClass]) => [name, toClassInfo(nodeClass)]));

function toClassInfo({ inputs, outputs, isOutput, order, words }: NodeClass): NodeClassInfo {
  return {
    input: toSpecs(inputs, order),
    output: outputs,
    output_node: isOutput,
    ...(words && { words }),
  };
}

function toSpecs(inputs: ParsedInputs, order: readonly string[] = []): NodeClassInfo['input'] {
  const places = new Map(order.map((name, place) => [name, place]));
  const placeOf = (name: string) => places.get(name) ?? order.length;
  const listed = (isRequired: boolean) =>
    Object.fromEntries(
      Object.entries(inputs)
        .filter(([, input]) => input.isRequired === isRequired)
        .sort(([a], [b]) => placeOf(a) - placeOf(b))
        .map(([name, input]) => [name, toSpec(input)]),
    );
  return { required: listed(true), optional: listed(false) };
}

function toSpec(input: ParsedInput): unknown {
  const { type, choices, min, max, step, grows, optionInputs } = input;
  const display = {
    ...(input.default !== undefined && { default: input.default }),
    ...(input.isSocketOnly && { forceInput: true }),
    ...(input.hasControl && { control_after_generate: true }),
  };
  if (optionInputs) {
    const options = Object.entries(optionInputs).map(([key, inputs]) => ({ key, inputs: toSpecs(inputs) }));
    return ['COMFY_DYNAMICCOMBO_V3', { options }];
  }
  if (grows) {
    const template = { names: grows.names, min: grows.min, input: toSpecs({ input: grows.input }) };
    return ['COMFY_AUTOGROW_V3', { template }];
  }
  if (choices) return ['COMBO', { options: choices, ...display }];
  return [type, { min, max, step, ...display }];
}
