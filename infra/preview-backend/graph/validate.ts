import type { ProtocolFlavour } from '../config.ts';
import { isJsonObject, type Json, type JsonObject } from '../json.ts';
import { finalizeInputs } from './dynamicInputs.ts';
import type { Graph } from './graph.ts';
import type { Inventory } from './inventory.ts';
import type { NodeClassInfo } from './nodeClassInfo.ts';
import type { NodeFault } from './validateValue.ts';
import { validateValue } from './validateValue.ts';

export interface NodeErrors {
  [nodeId: string]: { errors: NodeFault[]; dependent_outputs: string[]; class_type: string };
}

/** What `/prompt` does with a graph: queue these outputs, refuse with 400, or fail as Python would with 500. */
type ValidationResult =
  | { kind: 'accepted'; graph: Graph; outputs: string[]; nodeErrors: NodeErrors }
  | { kind: 'refused'; error: NodeFault; nodeErrors: NodeErrors }
  | { kind: 'server-error' };

export interface ValidationDeps {
  inventory: Inventory;
  protocol: ProtocolFlavour;
  /** VALIDATE_INPUTS of the classes that have one: a sentence on what is wrong, or null. */
  checkInputs: (classType: string, inputs: JsonObject) => { input: string; reason: string } | null;
}

/** A Python exception inside validation, with the name of its class. */
class ValidationException extends Error {
  readonly exceptionType: string;
  constructor(exceptionType: string, message: string) {
    super(message);
    this.exceptionType = exceptionType;
  }
}

interface Validated {
  valid: boolean;
  reasons: NodeFault[];
}

/**
 * Mirrors `validate_prompt` of ComfyUI's execution.py: faults are collected per node, an output node with any
 * fault upstream is left out, and the prompt is refused only when no output node is left. Values are coerced in
 * place, so the queue shows what will be used.
 */
export function validatePrompt(
  deps: ValidationDeps,
  prompt: Json,
  targets: readonly string[] | null,
): ValidationResult {
  if (!isJsonObject(prompt)) {
    const empty = Array.isArray(prompt) && prompt.length === 0 && deps.protocol === '0.3.64';
    return empty ? refuse(noOutputs()) : { kind: 'server-error' };
  }
  const outputs: string[] = [];
  for (const [nodeId, node] of Object.entries(prompt)) {
    if (!isJsonObject(node) && deps.protocol === '0.33.0') return { kind: 'server-error' };
    const classType = isJsonObject(node) ? node.class_type : undefined;
    const info = typeof classType === 'string' ? deps.inventory.findStatic(classType) : null;
    if (!info) return refuse(unknownClass(deps.protocol, nodeId, node, classType));
    if (info.output_node && (targets === null || targets.includes(nodeId))) outputs.push(nodeId);
  }
  if (outputs.length === 0) return refuse(noOutputs());
  return validateOutputs(deps, prompt as unknown as Graph, outputs);
}

function validateOutputs(deps: ValidationDeps, graph: Graph, outputs: string[]): ValidationResult {
  const validated = new Map<string, Validated>();
  const nodeErrors: NodeErrors = {};
  const good: string[] = [];
  const outputFaults: NodeFault[] = [];
  for (const output of outputs) {
    let result: Validated;
    try {
      result = validateNode(deps, graph, output, validated, []);
    } catch (error) {
      if (!(error instanceof ValidationException)) throw error;
      result = { valid: false, reasons: [exceptionFault(error)] };
      validated.set(output, result);
    }
    if (result.valid) {
      good.push(output);
      continue;
    }
    outputFaults.push(...result.reasons);
    for (const [nodeId, { valid, reasons }] of validated) {
      if (valid || reasons.length === 0) continue;
      nodeErrors[nodeId] ??= {
        errors: reasons,
        dependent_outputs: [],
        class_type: graph[nodeId]?.class_type ?? '',
      };
      nodeErrors[nodeId].dependent_outputs.push(output);
    }
  }
  if (good.length > 0) return { kind: 'accepted', graph, outputs: good, nodeErrors };
  const details = outputFaults.map((fault) => `${fault.message}: ${fault.details}`).join('\n');
  return {
    kind: 'refused',
    error: fault('prompt_outputs_failed_validation', 'Prompt outputs failed validation', details, {}),
    nodeErrors,
  };
}

function validateNode(
  deps: ValidationDeps,
  graph: Graph,
  nodeId: string,
  validated: Map<string, Validated>,
  path: readonly string[],
): Validated {
  const known = validated.get(nodeId);
  if (known) return known;
  const node = graph[nodeId];
  if (!node) throw new ValidationException('KeyError', `'${nodeId}'`);
  if (!isJsonObject(node.inputs)) throw new ValidationException('KeyError', "'inputs'");
  if (path.includes(nodeId)) return validateCycle(deps, graph, nodeId, validated, path);
  const info = deps.inventory.findStatic(node.class_type) as NodeClassInfo;
  const reasons: NodeFault[] = [];
  let valid = true;
  const { required, optional, hasGrown } = finalizeInputs(info.input, node.inputs);
  for (const [input, spec] of Object.entries({ ...required, ...optional })) {
    const value = node.inputs[input];
    if (value === undefined) {
      if (required[input]) reasons.push(missingInput(input, hasGrown));
      continue;
    }
    const config = [spec[0] as Json, (spec[1] ?? {}) as Json];
    if (Array.isArray(value)) {
      const linkFault = checkLink(deps, graph, input, value, config);
      if (linkFault) reasons.push(linkFault);
      else if (!validateLinked(deps, graph, input, value, config, validated, [...path, nodeId]))
        valid = false;
      continue;
    }
    const outcome = validateValue(node.class_type, input, value, config);
    if ('fault' in outcome) reasons.push(outcome.fault);
    else node.inputs[input] = outcome.value;
  }
  const refused = reasons.length === 0 && valid ? deps.checkInputs(node.class_type, node.inputs) : null;
  if (refused) {
    const details = `${refused.input} - ${refused.reason}`;
    reasons.push(
      fault('custom_validation_failed', 'Custom validation failed for node', details, {
        input_name: refused.input,
      }),
    );
  }
  // A cycle met further down may have judged this node already; its verdict stands.
  const result = validated.get(nodeId) ?? { valid: valid && reasons.length === 0, reasons };
  validated.set(nodeId, result);
  return result;
}

function missingInput(input: string, hasGrown: boolean): NodeFault {
  const details = hasGrown ? (input.split('.').at(-1) ?? input) : input;
  return fault('required_input_missing', 'Required input is missing', details, { input_name: input });
}

/** Faults of the link itself; null when the linked node may be looked at. */
function checkLink(deps: ValidationDeps, graph: Graph, input: string, link: Json[], config: Json[]) {
  if (link.length !== 2) {
    return fault(
      'bad_linked_input',
      'Bad linked input, must be a length-2 list of [node_id, slot_index]',
      input,
      { input_name: input, input_config: config, received_value: link },
    );
  }
  const [sourceId, outputIndex] = link;
  const source = graph[String(sourceId)];
  if (!source) throw new ValidationException('KeyError', `'${String(sourceId)}'`);
  const received = deps.inventory.findStatic(source.class_type)?.output.at(Number(outputIndex));
  if (typeof outputIndex !== 'number' || received === undefined) {
    throw new ValidationException('IndexError', 'tuple index out of range');
  }
  const wanted = config[0];
  if (isCompatible(received, wanted as Json)) return null;
  const wantedText = typeof wanted === 'string' ? wanted : 'COMBO';
  return fault(
    'return_type_mismatch',
    'Return type mismatch between linked nodes',
    `${input}, received_type(${received}) mismatch input_type(${wantedText})`,
    { input_name: input, input_config: config, received_type: received, linked_node: link },
  );
}

/** Validates the node behind a link. False when it or anything above it is at fault. */
function validateLinked(
  deps: ValidationDeps,
  graph: Graph,
  input: string,
  link: Json[],
  config: Json[],
  validated: Map<string, Validated>,
  path: readonly string[],
): boolean {
  const sourceId = String(link[0]);
  try {
    return validateNode(deps, graph, sourceId, validated, path).valid;
  } catch (error) {
    if (!(error instanceof ValidationException)) throw error;
    const reason = fault(
      'exception_during_inner_validation',
      'Exception when validating inner node',
      error.message,
      {
        input_name: input,
        input_config: config,
        exception_message: error.message,
        exception_type: error.exceptionType,
        traceback: validationTraceback,
        linked_node: link,
      },
    );
    validated.set(sourceId, { valid: false, reasons: [reason] });
    return false;
  }
}

/** 0.33.0 names the cycle on each of its nodes; 0.3.64 refuses without a word. */
function validateCycle(
  deps: ValidationDeps,
  graph: Graph,
  nodeId: string,
  validated: Map<string, Validated>,
  path: readonly string[],
): Validated {
  const cycle = path.slice(path.indexOf(nodeId));
  const names = [...cycle, nodeId].map((id) => `${id} (${graph[id]?.class_type ?? ''})`).join(' -> ');
  for (const id of cycle) {
    const reason = fault('dependency_cycle', 'Dependency cycle detected', names, {
      node_id: id,
      cycle_nodes: [...cycle],
    });
    validated.set(id, { valid: false, reasons: deps.protocol === '0.33.0' ? [reason] : [] });
  }
  return validated.get(nodeId) as Validated;
}

/** Takes whatever its partner is: ComfyUI leaves the check to its web page. */
const matchType = 'COMFY_MATCHTYPE_V3';

function isCompatible(received: string, wanted: Json): boolean {
  if (received === matchType || wanted === matchType) return true;
  if (typeof wanted !== 'string') return received === '*' || received === 'COMBO';
  if (received === wanted || received === '*' || wanted === '*') return true;
  const wantedTypes = wanted.split(',');
  return received.split(',').every((type) => wantedTypes.includes(type));
}

function unknownClass(
  protocol: ProtocolFlavour,
  nodeId: string,
  node: Json | undefined,
  classType: Json | undefined,
): NodeFault {
  const details = `Node ID '#${nodeId}'`;
  const named = classType !== undefined && classType !== null;
  if (protocol === '0.3.64') {
    const message = named
      ? `Cannot execute because node ${String(classType)} does not exist.`
      : 'Cannot execute because a node is missing the class_type property.';
    return fault('invalid_prompt', message, details, {});
  }
  const meta = isJsonObject(node) && isJsonObject(node._meta) ? node._meta.title : undefined;
  const title = typeof meta === 'string' ? meta : named ? String(classType) : null;
  const message = named
    ? `Node '${String(title)}' not found. The custom node may not be installed.`
    : `Node 'ID #${nodeId}' has no class_type. The workflow may be corrupted or a custom node is missing.`;
  return fault('missing_node_type', message, details, {
    node_id: nodeId,
    class_type: named ? classType : null,
    node_title: title,
  });
}

const validationTraceback = ['  File "<comfyui>/execution.py", in validate_inputs\n'];

function exceptionFault(error: ValidationException): NodeFault {
  return fault('exception_during_validation', 'Exception when validating node', error.message, {
    exception_type: error.exceptionType,
    traceback: validationTraceback,
  });
}

function noOutputs(): NodeFault {
  return fault('prompt_no_outputs', 'Prompt has no outputs', '', {});
}

function refuse(error: NodeFault): ValidationResult {
  return { kind: 'refused', error, nodeErrors: {} };
}

function fault(type: string, message: string, details: string, extraInfo: JsonObject): NodeFault {
  return { type, message, details, extra_info: extraInfo };
}
