import type { Json, JsonObject } from '../json.ts';
import { NodeFailure } from '../nodes/node.ts';
import type { NodeInputs, NodeValue } from '../nodes/values.ts';

/** The part of `execution_error` that tells what was thrown. Messages end in a newline, as Python's do. */
export function presentFailure(error: unknown): JsonObject {
  const isKnown = error instanceof NodeFailure;
  const message = error instanceof Error ? error.message : String(error);
  return {
    exception_message: `${message}\n`,
    exception_type: isKnown ? error.exceptionType : 'RuntimeError',
    traceback: [
      '  File "<comfyui>/execution.py", line 496, in execute\n',
      '  File "<comfyui>/execution.py", line 315, in get_output_data\n',
    ],
  };
}

/** `current_inputs`: every value in a list of one; tensors as text. */
export function describeInputs(inputs: NodeInputs): JsonObject {
  const described: JsonObject = {};
  for (const [name, value] of inputs) described[name] = [describe(value)];
  return described;
}

function describe(value: NodeValue): Json {
  if (value.type === 'LITERAL') return value.value;
  if (value.type === 'NONE') return null;
  if (value.type === 'IMAGE' || value.type === 'MASK') {
    const first = value.pictures[0];
    return `tensor of ${value.pictures.length}x${first?.height ?? 0}x${first?.width ?? 0}x${first?.channels ?? 0}`;
  }
  return `<${value.type} object>`;
}
