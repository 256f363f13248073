import { pythonStr } from '../graph/pythonText.ts';
import { stringifyJson } from '../json.ts';
import type { NodeDefinition } from './node.ts';
import { literal } from './values.ts';

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
    return { outputs: [], ui: { text: [text] } };
  },
};

export const primitiveNodes: Readonly<Record<string, NodeDefinition>> = {
  PrimitiveInt: primitive,
  PrimitiveFloat: primitive,
  PrimitiveString: primitive,
  PrimitiveBoolean: primitive,
  PreviewAny: previewAny,
};
