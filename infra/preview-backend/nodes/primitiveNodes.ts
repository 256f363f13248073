import { pythonStr } from '../graph/pythonText.ts';
import { stringifyJson } from '../json.ts';
import { mathExpression } from './mathExpression.ts';
import { type NodeDefinition, NodeFailure } from './node.ts';
import { flagInput, literal, textInput } from './values.ts';

const primitive: NodeDefinition = {
  run: (_context, inputs) => ({ outputs: [{ type: 'LITERAL', value: literal(inputs, 'value') }] }),
};

const previewAny: NodeDefinition = {
  run(_context, inputs) {
    const source = inputs.get('source');
    let text = 'None';
    if (source?.type === 'LITERAL') {
      const { value } = source;
      text = typeof value === 'object' && value !== null ? stringifyJson(value) : pythonStr(value);
    } else if (source && source.type !== 'NONE') {
      text = `<${source.type} object>`;
    }
    return { outputs: [{ type: 'LITERAL', value: text }], ui: { text: [text] } };
  },
};

/** Only the chosen side is made. */
const comfySwitch: NodeDefinition = {
  lazy: {
    inputs: ['on_false', 'on_true'],
    needed: (inputs) => [flagInput(inputs, 'switch') ? 'on_true' : 'on_false'],
  },
  run: (_context, inputs) => ({
    outputs: [inputs.get(flagInput(inputs, 'switch') ? 'on_true' : 'on_false') ?? { type: 'NONE' }],
  }),
};

const numberConvert: NodeDefinition = {
  run(_context, inputs) {
    const value = Number(literal(inputs, 'value'));
    if (!Number.isFinite(value)) throw new NodeFailure('ValueError', 'the value is no number');
    return {
      outputs: [
        { type: 'LITERAL', value },
        { type: 'LITERAL', value: Math.trunc(value) },
      ],
    };
  },
};

const stringConcatenate: NodeDefinition = {
  run(_context, inputs) {
    const parts = [textInput(inputs, 'string_a'), textInput(inputs, 'string_b')];
    return { outputs: [{ type: 'LITERAL', value: parts.join(textInput(inputs, 'delimiter')) }] };
  },
};

export const primitiveNodes: Readonly<Record<string, NodeDefinition>> = {
  PrimitiveInt: primitive,
  PrimitiveFloat: primitive,
  PrimitiveString: primitive,
  PrimitiveStringMultiline: primitive,
  PrimitiveBoolean: primitive,
  PreviewAny: previewAny,
  ComfyMathExpression: mathExpression,
  ComfyNumberConvert: numberConvert,
  ComfySwitchNode: comfySwitch,
  StringConcatenate: stringConcatenate,
};
