import { finalizeInputs } from '../graph/dynamicInputs.ts';
import { createExecutionOrder, type ExecutionOrder } from '../graph/executionOrder.ts';
import { type GraphNode, parseLink } from '../graph/graph.ts';
import type { NodeClassInfo } from '../graph/nodeClassInfo.ts';
import type { SocketHub } from '../hub.ts';
import type { Json, JsonObject } from '../json.ts';
import {
  Interrupted,
  type NodeContext,
  type NodeDefinition,
  NodeFailure,
  type NodeResult,
} from '../nodes/node.ts';
import type { NodeInputs, NodeValue } from '../nodes/values.ts';
import type { QueueItem, RunResult, StatusMessage } from '../promptQueue.ts';
import type { NodeCache } from './nodeCache.ts';
import { createNodeContext } from './nodeContext.ts';
import { createProgressReporter } from './progress.ts';
import type { Run, RunnerDeps } from './run.ts';
import { findSentinels, type Sentinels } from './sentinels.ts';

/** What the server shows of the run under way. */
interface RunState {
  clientId: unknown;
  nodeId: string | null;
}

export interface PromptRunner {
  /** Runs to any end; `isSilent` when a fault keeps it off the socket. */
  run(item: QueueItem): Promise<{ result: RunResult; isSilent: boolean }>;
  /** Interrupts the running prompt; does nothing when idle. */
  interrupt(): void;
  readonly state: Readonly<RunState>;
}

const noSentinels: Sentinels = { faults: new Set(), secondsPerStep: null };

/** Runs one prompt at a time: nodes in ComfyUI's order, with its messages in its order. */
export function createPromptRunner(deps: RunnerDeps): PromptRunner {
  const state: RunState = { clientId: null, nodeId: null };
  let current: AbortController | null = null;
  return {
    state,
    interrupt: () => current?.abort(new Interrupted()),
    async run(item) {
      const run = createRun(deps, item);
      current = run.interruption;
      state.clientId = run.to;
      try {
        return { result: await runNodes(deps, run, state), isSilent: run.isSilent };
      } finally {
        state.nodeId = null;
        current = null;
      }
    },
  };
}

function createRun(deps: RunnerDeps, item: QueueItem): Run {
  const extraData = item.extraData ?? {};
  const to = extraData.client_id ?? null;
  const { enabled } = deps.config.simulation;
  const sentinels = enabled ? findSentinels(item.graph) : noSentinels;
  const isSilent = sentinels.faults.has('silent') || deps.faults.strike('silent') !== null;
  const hub = isSilent ? silentHub : deps.hub;
  const messages: StatusMessage[] = [];
  return {
    item,
    extraData,
    to,
    sentinels,
    isSilent,
    interruption: new AbortController(),
    progress: createProgressReporter(hub, item.promptId, to),
    messages,
    tell(type, data, isBroadcast = false) {
      if (to !== null || isBroadcast) hub.send(type, data, to);
    },
  };
}

const silentHub: Pick<SocketHub, 'send' | 'sendBinary' | 'hasReceiver' | 'supportsPreviewMetadata'> = {
  send: () => {},
  sendBinary: () => {},
  hasReceiver: () => false,
  supportsPreviewMetadata: () => false,
};

async function runNodes(deps: RunnerDeps, run: Run, state: RunState): Promise<RunResult> {
  const { item, messages } = run;
  const { promptId } = item;
  const note = (type: string, data: JsonObject, isBroadcast = false): void => {
    const stamped = { ...data, timestamp: deps.clock.now().getTime() };
    messages.push([type, stamped]);
    run.tell(type, stamped, isBroadcast);
  };
  note('execution_start', { prompt_id: promptId });
  await deps.cache.begin(item.graph);
  const cached = Object.keys(item.graph).filter((nodeId) => deps.cache.find(nodeId) !== null);
  note('execution_cached', { nodes: cached, prompt_id: promptId });

  const outputs: JsonObject = {};
  const meta: JsonObject = {};
  const executed: string[] = [];
  const isOutput = (nodeId: string): boolean =>
    deps.inventory.findStatic(item.graph[nodeId]?.class_type ?? '')?.output_node ?? false;
  const order = createExecutionOrder(
    item.graph,
    item.outputs,
    (nodeId) => deps.cache.find(nodeId) !== null,
    isOutput,
    (nodeId) => deps.nodes.get(item.graph[nodeId]?.class_type ?? '')?.lazy?.inputs ?? [],
  );
  const ledger = { outputs, meta, executed, note, waitFor: order.waitFor };
  let failed = false;
  for (let nodeId = order.next(); nodeId !== null && !failed; nodeId = order.next()) {
    const end = await runNode(deps, run, state, nodeId, ledger);
    if (end === 'done') order.complete(nodeId);
    failed = end === 'failed';
  }
  if (!failed) note('execution_success', { prompt_id: promptId });
  return {
    outputs,
    meta,
    status: { status_str: failed ? 'error' : 'success', completed: !failed, messages },
  };
}

interface RunLedger {
  outputs: JsonObject;
  meta: JsonObject;
  executed: string[];
  note: (type: string, data: JsonObject, isBroadcast?: boolean) => void;
  waitFor: ExecutionOrder['waitFor'];
}

/** Runs one node, or repeats a cached output's result. It is not done while it waits for what it has asked for. */
async function runNode(
  deps: RunnerDeps,
  run: Run,
  state: RunState,
  nodeId: string,
  ledger: RunLedger,
): Promise<'done' | 'waiting' | 'failed'> {
  const { promptId, graph } = run.item;
  const node = graph[nodeId];
  if (!node) throw new Error(`node ${nodeId} is not in the graph`);
  const tellExecuted = (output: Json): void =>
    run.tell('executed', { node: nodeId, display_node: nodeId, output, prompt_id: promptId });
  const known = deps.cache.find(nodeId);
  if (known) {
    tellExecuted(known.ui ?? null);
    if (known.ui) {
      ledger.outputs[nodeId] = known.ui;
      ledger.meta[nodeId] = { ...known.origin };
    }
    run.progress.finish(nodeId);
    return 'done';
  }
  run.progress.start(nodeId);
  state.nodeId = nodeId;
  run.tell('executing', { node: nodeId, display_node: nodeId, prompt_id: promptId });
  const definition = deps.nodes.get(node.class_type);
  const info = deps.inventory.findStatic(node.class_type);
  if (!definition || !info) throw new Error(`no implementation of ${node.class_type}`);
  const inputs = gatherInputs(node, deps.cache);
  if (definition.lazy && ledger.waitFor(nodeId, definition.lazy.needed(inputs))) return 'waiting';
  try {
    const context = createNodeContext(deps, run, nodeId, node.class_type);
    context.throwIfInterrupted();
    await context.injectFaults('node');
    checkArguments(node, info);
    const result = await runDefinition(definition, context, inputs);
    const origin = { node_id: nodeId, display_node: nodeId, parent_node: null, real_node_id: nodeId };
    deps.cache.store(nodeId, { ...result, origin });
    if (result.ui) {
      ledger.outputs[nodeId] = result.ui;
      ledger.meta[nodeId] = origin;
      tellExecuted(result.ui);
    }
    run.progress.finish(nodeId);
    ledger.executed.push(nodeId);
    return 'done';
  } catch (error) {
    const at = {
      prompt_id: promptId,
      node_id: nodeId,
      node_type: node.class_type,
      executed: ledger.executed,
    };
    if (error instanceof Interrupted || run.interruption.signal.aborted) {
      ledger.note('execution_interrupted', at, true);
    } else {
      const current_outputs = Object.keys(graph);
      const current_inputs = describeInputs(inputs);
      ledger.note('execution_error', { ...at, ...presentFailure(error), current_inputs, current_outputs });
    }
    return 'failed';
  }
}

/** The part of `execution_error` that tells what was thrown. Messages end in a newline, as Python's do. */
function presentFailure(error: unknown): JsonObject {
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
function describeInputs(inputs: NodeInputs): JsonObject {
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

/** The values of a node's inputs; everything above it has run by now, except what it may do without. */
function gatherInputs(node: GraphNode, cache: Pick<NodeCache, 'find'>): NodeInputs {
  const inputs = new Map<string, NodeValue>();
  for (const [name, value] of Object.entries(node.inputs)) {
    const link = parseLink(value);
    if (!link) {
      inputs.set(name, { type: 'LITERAL', value });
      continue;
    }
    const source = cache.find(link[0])?.outputs.at(link[1]);
    if (source) inputs.set(name, source);
  }
  return inputs;
}

/**
 * Fails as Python does when it calls a node: for a link that the class does not know, and for a choice with inputs of
 * its own that validation has let pass although it is missing or unknown.
 */
function checkArguments(node: GraphNode, info: NodeClassInfo): void {
  const { required, optional } = finalizeInputs(info.input, node.inputs);
  for (const [name, value] of Object.entries(node.inputs)) {
    if (parseLink(value) && !required[name] && !optional[name] && !info.input.hidden?.[name]) {
      throw new NodeFailure('TypeError', `${call(node)} got an unexpected keyword argument '${name}'`);
    }
  }
  for (const [name, spec] of Object.entries(info.input.required ?? {})) {
    if (spec[0] === 'COMFY_DYNAMICCOMBO_V3' && !required[name]) {
      throw new NodeFailure('TypeError', `${call(node)} missing 1 required positional argument: '${name}'`);
    }
  }
}

const call = ({ class_type }: GraphNode): string => `${class_type}.execute()`;

/** Runs a node, once for each entry of the lists that it is given, as ComfyUI does; what it makes is then a list too. */
async function runDefinition(
  definition: NodeDefinition,
  context: NodeContext,
  inputs: NodeInputs,
): Promise<NodeResult> {
  const lengths = [...inputs.values()].flatMap((value) =>
    value.type === 'LIST' ? [value.items.length] : [],
  );
  if (definition.takesLists || lengths.length === 0) return definition.run(context, inputs);
  const results: NodeResult[] = [];
  for (let index = 0; index < Math.max(...lengths); index++) {
    context.throwIfInterrupted();
    results.push(await definition.run(context, inputsAt(inputs, index)));
  }
  const ui = joinUi(results);
  return { outputs: joinOutputs(results), ...(ui && { ui }) };
}

/** A shorter list repeats its last entry. */
function inputsAt(inputs: NodeInputs, index: number): NodeInputs {
  return new Map(
    [...inputs].map(([name, value]): [string, NodeValue] => {
      if (value.type !== 'LIST') return [name, value];
      return [name, value.items.at(Math.min(index, value.items.length - 1)) ?? { type: 'NONE' }];
    }),
  );
}

function joinOutputs(results: readonly NodeResult[]): NodeValue[] {
  return (results[0]?.outputs ?? []).map((_, output) => ({
    type: 'LIST',
    items: results.flatMap(({ outputs }) => {
      const value = outputs[output];
      return value?.type === 'LIST' ? value.items : value ? [value] : [];
    }),
  }));
}

function joinUi(results: readonly NodeResult[]): JsonObject | undefined {
  const joined: JsonObject = {};
  for (const { ui } of results) {
    for (const [key, value] of Object.entries(ui ?? {})) {
      joined[key] = [...((joined[key] as JsonObject[]) ?? []), ...(value as JsonObject[])];
    }
  }
  return Object.keys(joined).length > 0 ? joined : undefined;
}
