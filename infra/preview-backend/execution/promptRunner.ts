import { createExecutionOrder, type ExecutionOrder } from '../graph/executionOrder.ts';
import type { SocketHub } from '../hub.ts';
import type { Json, JsonObject } from '../json.ts';
import { Interrupted } from '../nodes/node.ts';
import type { QueueItem, RunResult, StatusMessage } from '../promptQueue.ts';
import { describeInputs, presentFailure } from './failure.ts';
import { checkArguments, gatherInputs } from './gatherInputs.ts';
import { createNodeContext } from './nodeContext.ts';
import { createProgressReporter } from './progress.ts';
import type { Run, RunnerDeps } from './run.ts';
import { runDefinition } from './runDefinition.ts';
import { findSentinels, type Sentinels } from './sentinels.ts';

/** What the server shows of the run under way. */
export interface RunState {
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
