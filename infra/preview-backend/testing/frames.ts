import type { BinaryFacts, RecordedMessage } from '@star-graph/core/testing/comfy/recording';
import type { JsonObject } from '../json.ts';

/** One frame of a socket, as far as it is compared. */
export type Frame =
  | { kind: 'text'; message: RecordedMessage }
  | { kind: 'state'; node: string; value: number; max: number; state: string; promptId: string }
  | { kind: 'binary'; facts: BinaryFacts }
  /** Any number of steps of one node: the run was cut off, or followed only in part. */
  | { kind: 'steps'; node: string; max: number };

/**
 * Turns messages into frames. `progress_state` lists every node each time; what counts is the one that changed,
 * and that none vanishes during a run. What breaks that rule becomes a frame that equals nothing recorded.
 */
export function createFrameReader(): (message: RecordedMessage) => Frame {
  const known = new Map<string, string>();
  let promptId = '';
  return (message) => {
    if (message.type === 'execution_start') known.clear();
    if (message.type !== 'progress_state') return { kind: 'text', message };
    if (message.data.prompt_id !== promptId) known.clear();
    promptId = String(message.data.prompt_id);
    const nodes = (message.data.nodes ?? {}) as { [node: string]: JsonObject };
    const changed = Object.entries(nodes).filter(([node, state]) => known.get(node) !== summarise(state));
    const [node, state] = changed.at(-1) ?? Object.entries(nodes).at(-1) ?? ['', {}];
    const vanished = [...known.keys()].filter((one) => !(one in nodes));
    if (vanished.length > 0 || !isWellFormed(node, state, promptId)) {
      return { kind: 'text', message: { type: 'malformed progress_state', data: message.data } };
    }
    for (const [id, one] of Object.entries(nodes)) known.set(id, summarise(one));
    const { value, max } = state;
    return {
      kind: 'state',
      node,
      value: Number(value),
      max: Number(max),
      state: String(state.state),
      promptId,
    };
  };
}

function summarise(state: JsonObject): string {
  return `${state.value}/${state.max} ${state.state}`;
}

const stateFields = 'display_node_id max node_id parent_node_id prompt_id real_node_id state value';

function isWellFormed(node: string, state: JsonObject, promptId: string): boolean {
  const fields = Object.keys(state).sort().join(' ');
  return fields === stateFields && state.node_id === node && state.prompt_id === promptId;
}

export function isStatus(frame: Frame): boolean {
  return frame.kind === 'text' && frame.message.type === 'status' && !('sid' in frame.message.data);
}

/**
 * Joins the frames of consecutive steps of one node into one. The order within a step (state, then progress and
 * preview) is kept by the uncut runs.
 */
export function joinSteps(frames: readonly Frame[]): Frame[] {
  const joined: Frame[] = [];
  let current: { node: string; max: number } | null = null;
  for (const frame of frames) {
    if (isStatus(frame)) {
      joined.push(frame);
      continue;
    }
    const step = stepOf(frame);
    if (step && current && (step.node === null || step.node === current.node)) continue;
    current = step?.node ? { node: step.node, max: step.max } : null;
    joined.push(step?.node ? { kind: 'steps', node: step.node, max: step.max } : frame);
  }
  return joined;
}

/** A frame of a step; node is null for a preview, which belongs to the step before it. */
function stepOf(frame: Frame): { node: string | null; max: number } | null {
  if (frame.kind === 'binary') return { node: null, max: 0 };
  if (frame.kind === 'state' && frame.state === 'running' && frame.value > 0) {
    return { node: frame.node, max: frame.max };
  }
  if (frame.kind === 'text' && frame.message.type === 'progress') {
    const { node, max } = frame.message.data;
    return { node: String(node), max: Number(max) };
  }
  return null;
}

/** The frames of each node in one piece, in the order of node ids: for graphs whose order is not defined. */
export function sortByNode(frames: readonly Frame[]): Frame[] {
  const first = frames.findIndex((frame) => nodeOf(frame) !== null);
  const last = frames.findLastIndex((frame) => nodeOf(frame) !== null);
  if (first < 0) return [...frames];
  const middle = frames.slice(first, last + 1);
  middle.sort((a, b) => (nodeOf(a) ?? '').localeCompare(nodeOf(b) ?? ''));
  return [...frames.slice(0, first), ...middle, ...frames.slice(last + 1)];
}

function nodeOf(frame: Frame): string | null {
  if (frame.kind === 'state' || frame.kind === 'steps') return frame.node;
  if (frame.kind === 'binary') return null;
  const { node } = frame.message.data;
  return typeof node === 'string' ? node : null;
}
