import { type PointedFault, toPointer } from '../shared/pointer.ts';
import { findCycle } from './checkStructure.ts';
import { expandInputs } from './expandInputs.ts';
import { findNode, type Graph, type GraphNode } from './graph.ts';
import { isLink } from './graphEditor.ts';
import {
  findClass,
  type NodeClassInfo,
  type ObjectInfo,
  type ParsedInput,
  parseInputs,
} from './objectInfo.ts';

/** Kinds of fault, after the refusals that ComfyUI's validate_prompt and validate_inputs would answer with. */
export type GraphFaultCode =
  | 'unknown-class'
  | 'missing-input'
  | 'wrong-type'
  | 'wrong-link-type'
  | 'dangling-link'
  | 'below-range'
  | 'above-range'
  | 'value-not-in-list'
  | 'cycle'
  | 'no-output';

interface GraphFault extends PointedFault {
  code: GraphFaultCode;
}

/**
 * Checks a graph against a server's `/object_info`, as the server will at `POST /prompt`, but reports every fault
 * at once and does not coerce values. Inputs that a class does not have are ignored, as the server does. An empty
 * list means that a server with this inventory accepts the graph, once its images are uploaded.
 */
export function checkGraph(graph: Graph, objectInfo: ObjectInfo): GraphFault[] {
  const faults: GraphFault[] = [];
  let hasOutput = false;
  for (const [id, node] of Object.entries(graph)) {
    const info = findClass(objectInfo, node.class_type);
    if (info) {
      hasOutput ||= info.output_node === true;
      faults.push(...checkNode({ graph, objectInfo }, id, node, info));
    } else {
      faults.push({
        code: 'unknown-class',
        pointer: toPointer(id, 'class_type'),
        message: `The server has no node class "${node.class_type}".`,
      });
    }
  }
  const cycle = findCycle(graph);
  if (cycle) {
    faults.push({
      code: 'cycle',
      pointer: toPointer(cycle[0] ?? ''),
      message: `Nodes ${cycle.join(' → ')} form a cycle.`,
    });
  }
  if (!hasOutput) {
    faults.push({ code: 'no-output', pointer: '', message: 'The graph has no node that saves a result.' });
  }
  return faults;
}

interface Surroundings {
  graph: Graph;
  objectInfo: ObjectInfo;
}

function checkNode(
  surroundings: Surroundings,
  id: string,
  node: GraphNode,
  info: NodeClassInfo,
): GraphFault[] {
  const faults: GraphFault[] = [];
  for (const [name, input] of expandInputs(parseInputs(info.input), node.inputs)) {
    const pointer = toPointer(id, 'inputs', name);
    const value = Object.hasOwn(node.inputs, name) ? node.inputs[name] : undefined;
    if (value === undefined) {
      if (!input.isRequired) continue;
      const message = `Node "${id}" (${node.class_type}) needs the input "${name}".`;
      faults.push({ code: 'missing-input', pointer, message });
      continue;
    }
    const fault = isLink(value) ? checkLink(surroundings, input, value) : findValueFault(input, value);
    if (fault) faults.push({ ...fault, pointer });
  }
  return faults;
}

type Fault = Omit<GraphFault, 'pointer'>;
type TypedInput = Omit<ParsedInput, 'isRequired'>;

function checkLink(
  { graph, objectInfo }: Surroundings,
  input: ParsedInput,
  [sourceId, outputIndex]: readonly [string, number],
): Fault | undefined {
  const source = findNode(graph, sourceId);
  if (!source) {
    return {
      code: 'dangling-link',
      message: `The link leads to node "${sourceId}", which the graph lacks.`,
    };
  }
  const outputs = findClass(objectInfo, source.class_type)?.output;
  if (!outputs) return undefined;
  const output = outputs[outputIndex];
  if (output === undefined) {
    return {
      code: 'dangling-link',
      message: `Node "${sourceId}" (${source.class_type}) has ${outputs.length} outputs, none with index ${outputIndex}.`,
    };
  }
  if (acceptsLink(input, output)) return undefined;
  const given = typeof output === 'string' ? output : 'a choice';
  return {
    code: 'wrong-link-type',
    message: `The input takes ${input.type}; output ${outputIndex} of node "${sourceId}" gives ${given}.`,
  };
}

/** `*` takes anything; `A,B` takes either; types that only newer servers resolve start with COMFY_. */
export function acceptsLink(input: Pick<ParsedInput, 'type'>, output: unknown): boolean {
  if (typeof output !== 'string') return input.type === 'COMBO' || input.type === '*';
  const isOpen = (type: string): boolean =>
    type.split(',').some((part) => part.trim() === '*' || part.startsWith('COMFY_'));
  if (isOpen(input.type) || isOpen(output)) return true;
  const accepted = input.type.split(',').map((part) => part.trim());
  return output.split(',').every((part) => accepted.includes(part.trim()));
}

/** What is wrong with a value that is not a link; undefined when the input takes it. */
export function findValueFault(input: TypedInput, value: unknown): Fault | undefined {
  switch (input.type) {
    case 'INT':
      return Number.isInteger(value) ? checkRange(input, value) : wrongType('a whole number');
    case 'FLOAT':
      return Number.isFinite(value) ? checkRange(input, value) : wrongType('a number');
    case 'STRING':
    // `#45edf5`: ComfyUI's page shows it as a colour.
    case 'COLOR':
      return typeof value === 'string' ? undefined : wrongType('a text');
    case 'BOOLEAN':
      return typeof value === 'boolean' ? undefined : wrongType('true or false');
    case 'COMBO':
      return checkChoice(input, value);
    default:
      return findOtherFault(input, value);
  }
}

function findOtherFault(input: TypedInput, value: unknown): Fault | undefined {
  const types = input.type.split(',').map((type) => type.trim());
  if (types.some((type) => type === '*' || type.startsWith('COMFY_'))) return undefined;
  // Values by name are a field's, whose form only the server knows.
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return undefined;
  const isTaken =
    types.length > 1 && types.some((type) => findValueFault({ ...input, type }, value) === undefined);
  return isTaken ? undefined : wrongType(`a link to an output of type ${input.type}`);
}

const wrongType = (wanted: string): Fault => ({
  code: 'wrong-type',
  message: `The input takes ${wanted}.`,
});

function checkRange({ min, max }: TypedInput, value: unknown): Fault | undefined {
  const isBelow = min !== undefined && Number(value) < min;
  const isAbove = max !== undefined && Number(value) > max;
  if (!isBelow && !isAbove) return undefined;
  return {
    code: isBelow ? 'below-range' : 'above-range',
    message: `${String(value)} is outside the range ${min ?? '−∞'} to ${max ?? '∞'}.`,
  };
}

function checkChoice({ choices }: TypedInput, value: unknown): Fault | undefined {
  if (choices === undefined) return typeof value === 'string' ? undefined : wrongType('a file name');
  if (choices.some((choice) => choice === value)) return undefined;
  return {
    code: 'value-not-in-list',
    message: `${JSON.stringify(value)} is not among the server's ${choices.length} values.`,
  };
}
