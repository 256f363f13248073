import type { NodeClassInfo, ObjectInfo } from '@star-graph/workflows/graph/objectInfo';
import type { Inventory, NodeClass, NodeInput } from '../comfy/comfy.ts';

/** The part of `/object_info` that an inventory keeps. */
export const toObjectInfo = ({ classes }: Inventory): ObjectInfo =>
  Object.fromEntries(Object.entries(classes).map(([name, nodeClass]) => [name, toClassInfo(nodeClass)]));

function toClassInfo({ inputs, outputs, isOutput }: NodeClass): NodeClassInfo {
  const listed = (isRequired: boolean) =>
    Object.fromEntries(
      Object.entries(inputs)
        .filter(([, input]) => input.isRequired === isRequired)
        .map(([name, input]) => [name, toSpec(input)]),
    );
  return {
    input: { required: listed(true), optional: listed(false) },
    output: outputs,
    output_node: isOutput,
  };
}

const toSpec = ({ type, choices, min, max }: NodeInput): unknown =>
  choices === undefined ? [type, { min, max }] : ['COMBO', { options: choices }];
