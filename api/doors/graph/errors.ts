import type { Problem, ProblemCode } from '@star-graph/core/ground/errors';
import type { OwnGraphFault, OwnGraphFaultCode } from '@star-graph/workflows/graph/checkOwnGraph';
import { findNeeded } from '@star-graph/workflows/graph/graphEditor';
import { problems } from '@star-graph/workflows/shared/problems';
import { z } from 'zod';
import type { ApiMiddleware } from '../../apiContext.ts';
import { answerRefusal } from '../../middleware/answerProblems.ts';
import { HttpProblem } from '../../transport/httpProblem.ts';
import { toProblem } from '../../transport/toProblem.ts';
import { findEnds } from './runs/findEnds.ts';

/** An error as clients of ComfyUI read it. */
interface ComfyError {
  type: string;
  message: string;
  details: string;
  extra_info: Record<string, unknown>;
}

/** A graph that is not taken, with what is wrong at each node. */
export class GraphRefused extends HttpProblem {
  readonly faults: readonly OwnGraphFault[];
  readonly nodes: Readonly<Record<string, SentNode>>;
  readonly ofWhole: OfWhole | undefined;

  /**
   * @param graph as it came: for what its nodes are and hold
   * @param ofWhole where there is no graph to speak of
   */
  constructor(faults: readonly OwnGraphFault[], graph: unknown, ofWhole?: OfWhole) {
    super(400, 'invalid-params', faults[0]?.message ?? 'The graph is not taken.');
    this.faults = faults;
    this.nodes = z.record(z.string(), sentNode.catch({})).catch({}).parse(graph);
    this.ofWhole = ofWhole;
  }
}

/** A request about jobs that is not taken: these routes say why in one text. */
export class JobRefused extends HttpProblem {
  readonly more: object;

  constructor(status: 400 | 404, detail: string, more: object = {}) {
    super(status, status === 404 ? 'not-found' : 'invalid-params', detail);
    this.more = more;
  }
}

type OfWhole = 'no_prompt' | 'invalid_prompt_id';

const sentNode = z.object({
  class_type: z.string().optional().catch(undefined),
  inputs: z.record(z.string(), z.unknown()).optional().catch(undefined),
});
type SentNode = z.output<typeof sentNode>;

/** ComfyUI's own words. */
const nodeErrors: Record<Exclude<OwnGraphFaultCode, WholeGraph>, { type: string; message: string }> = {
  'missing-input': { type: 'required_input_missing', message: 'Required input is missing' },
  'wrong-type': { type: 'invalid_input_type', message: 'Failed to convert an input value' },
  'wrong-link-type': {
    type: 'return_type_mismatch',
    message: 'Return type mismatch between linked nodes',
  },
  'dangling-link': {
    type: 'exception_during_inner_validation',
    message: 'Exception when validating inner node',
  },
  'below-range': { type: 'value_smaller_than_min', message: 'Value smaller than min' },
  'above-range': { type: 'value_bigger_than_max', message: 'Value bigger than max' },
  'value-not-in-list': { type: 'value_not_in_list', message: 'Value not in list' },
  'not-allowed': { type: 'custom_validation_failed', message: 'Custom validation failed for node' },
};

type WholeGraph = 'unknown-class' | 'class-not-allowed' | 'cycle' | 'no-output' | 'malformed';

const graphErrors: Record<WholeGraph, string> = {
  'unknown-class': 'missing_node_type',
  'class-not-allowed': 'missing_node_type',
  cycle: 'dependency_cycle',
  'no-output': 'prompt_no_outputs',
  malformed: 'invalid_prompt',
};

const isOfWhole = (code: OwnGraphFaultCode): code is WholeGraph => Object.hasOwn(graphErrors, code);

/** Problems that these clients know by names of their own. */
const types: Partial<Record<ProblemCode, string>> = { 'invalid-params': 'invalid_prompt' };

function presentError(problem: Problem): { status: number; body: object } {
  if (problem instanceof GraphRefused) return { status: 400, body: presentRefusal(problem) };
  if (problem instanceof JobRefused)
    return { status: problem.status, body: { error: problem.detail, ...problem.more } };
  const status = problem instanceof HttpProblem ? problem.status : problems[problem.code].status;
  const type = types[problem.code] ?? problem.code.replaceAll('-', '_');
  const details = problem.errors.map(({ pointer, message }) => `${pointer}: ${message}`).join(' ');
  const error: ComfyError = { type, message: problem.detail, details, extra_info: {} };
  return { status, body: { error, node_errors: {} } };
}

function presentRefusal({ faults, nodes, ofWhole }: GraphRefused): object {
  const whole = faults.find(({ code, nodeId }) => isOfWhole(code) || nodeId === undefined);
  if (whole) return { error: presentWhole(whole, nodes, ofWhole), node_errors: {} };
  const ofNodes = Object.groupBy(faults, ({ nodeId }) => nodeId ?? '');
  const node_errors = Object.fromEntries(
    Object.entries(ofNodes).map(([nodeId, own = []]) => [
      nodeId,
      {
        errors: own.map((fault) => presentNodeError(fault, nodes[nodeId])),
        dependent_outputs: outputsBehind(nodes, nodeId),
        class_type: nodes[nodeId]?.class_type ?? '',
      },
    ]),
  );
  const error: ComfyError = {
    type: 'prompt_outputs_failed_validation',
    message: 'Prompt outputs failed validation',
    details: faults.map(({ nodeId, message }) => `${nodeId}: ${message}`).join('\n'),
    extra_info: {},
  };
  return { error, node_errors };
}

/** The nodes that nothing takes from, and that need this one. */
function outputsBehind(nodes: GraphRefused['nodes'], nodeId: string): string[] {
  const graph = Object.fromEntries(
    Object.entries(nodes).map(([id, { class_type = '', inputs = {} }]) => [id, { class_type, inputs }]),
  );
  return findEnds(graph).filter((id) => findNeeded(graph, [id]).has(nodeId));
}

function presentWhole(
  { code, message, nodeId }: OwnGraphFault,
  nodes: GraphRefused['nodes'],
  ofWhole: OfWhole | undefined,
): ComfyError {
  if (ofWhole) return { type: ofWhole, message, details: message, extra_info: {} };
  const type = isOfWhole(code) ? graphErrors[code] : 'invalid_prompt';
  if (type !== 'missing_node_type') return { type, message, details: '', extra_info: {} };
  const name = nodeId === undefined ? '' : (nodes[nodeId]?.class_type ?? '');
  const extra_info = { node_id: nodeId ?? '', class_type: name, node_title: name };
  return { type, message, details: `Node ID '#${nodeId ?? ''}'`, extra_info };
}

function presentNodeError({ code, message, input }: OwnGraphFault, node: SentNode | undefined): ComfyError {
  const known = isOfWhole(code) ? nodeErrors['not-allowed'] : nodeErrors[code];
  const received = input === undefined ? undefined : node?.inputs?.[input];
  const extra_info =
    input === undefined
      ? {}
      : { input_name: input, ...(received !== undefined && { received_value: received }) };
  return { ...known, details: message, extra_info };
}

/** Turns thrown errors into errors of ComfyUI. */
export const answerErrors: ApiMiddleware = async (ctx, next) => {
  try {
    await next();
  } catch (error) {
    const problem = toProblem(ctx.state.log, error);
    const { status, body } = presentError(problem);
    answerRefusal(ctx, problem, { status, type: 'application/json', body: JSON.stringify(body) });
    // Browsers and simple programs ask for a name and a password then.
    if (status === 401) ctx.set('WWW-Authenticate', 'Basic realm="star-graph"');
  }
};
