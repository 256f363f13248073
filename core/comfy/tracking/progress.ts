import type { Graph, GraphNode } from '@star-graph/workflows/graph/graph';
import type { ExecutionEvent } from '../comfy.ts';
import type { NodeProgress } from './messages.ts';

type ProgressEvent = Extract<ExecutionEvent, { type: 'progress' }>;

/** Each returns the event to show, or undefined when no visible value has changed. */
export interface GraphProgress {
  /** These nodes are done: they were cached, or have given their output. */
  finish(nodeIds: readonly string[]): ProgressEvent | undefined;
  /** This node is at work; loading a model says nothing more for a long time. */
  enter(nodeId: string): ProgressEvent | undefined;
  advance(nodes: readonly NodeProgress[]): ProgressEvent | undefined;
  complete(): ProgressEvent | undefined;
}

/**
 * One percentage over the whole graph. ComfyUI counts each node from 0 to its own maximum, so a graph with two
 * samplers, or with one that samples tile by tile, would reach 100 more than once. So every node has a weight by its
 * expected work, and what a node has reached never falls. 100 is left to `complete`.
 */
export function createProgress(graph: Graph): GraphProgress {
  const weights = new Map(Object.entries(graph).map(([nodeId, node]) => [nodeId, weightOf(node, graph)]));
  const totalWeight = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
  const fractions = new Map<string, number>();
  let percent = 0;
  let lastShown = '';

  const raise = (nodeId: string, fraction: number) => {
    const reached = fractions.get(nodeId) ?? 0;
    if (weights.has(nodeId) && fraction > reached) fractions.set(nodeId, Math.min(1, fraction));
  };

  const show = (current?: { nodeId: string; value?: number; max?: number }): ProgressEvent | undefined => {
    let done = 0;
    for (const [nodeId, fraction] of fractions) done += (weights.get(nodeId) ?? 0) * fraction;
    percent = Math.max(percent, Math.min(99, Math.floor((100 * done) / (totalWeight || 1))));
    const event: ProgressEvent = { type: 'progress', percent };
    if (current) {
      const nodeType = graph[current.nodeId]?.class_type;
      event.nodeId = current.nodeId;
      if (nodeType !== undefined) event.nodeType = nodeType;
      // Every node starts with a maximum of 1, which says nothing about steps.
      if (current.max !== undefined && current.max > 1) {
        event.step = current.value ?? 0;
        event.steps = current.max;
      }
    }
    const shown = JSON.stringify(event);
    if (shown === lastShown) return undefined;
    lastShown = shown;
    return event;
  };

  return {
    finish(nodeIds) {
      for (const nodeId of nodeIds) raise(nodeId, 1);
      return show();
    },
    enter: (nodeId) => show({ nodeId }),
    advance(nodes) {
      for (const node of nodes) {
        if (node.isFinished) raise(node.nodeId, 1);
        else if (node.max > 0) raise(node.nodeId, node.value / node.max);
      }
      return show(nodes.findLast((node) => !node.isFinished));
    },
    complete() {
      if (percent === 100) return undefined;
      percent = 100;
      return { type: 'progress', percent };
    },
  };
}

const lightWeight = 0.2;

/** In sampler steps, where the time goes; the rest only needs the right order of magnitude. */
function weightOf(node: GraphNode, graph: Graph): number {
  const className = node.class_type;
  const steps = samplingSteps(node, graph);
  if (steps !== undefined) return Math.max(1, steps);
  if (className.includes('UpscaleWithModel')) return 10;
  if (className.includes('Loader')) return 3;
  if (/^VAE(En|De)code/.test(className)) return 2;
  if (/Video|WEBM|Animated/.test(className)) return 2;
  return lightWeight;
}

function samplingSteps(node: GraphNode, graph: Graph): number | undefined {
  if (!node.class_type.includes('Sampler')) return undefined;
  const { steps, start_at_step: startStep, end_at_step: endStep, sigmas } = node.inputs;
  if (typeof steps === 'number') {
    const last = typeof endStep === 'number' ? Math.min(steps, endStep) : steps;
    return last - (typeof startStep === 'number' ? startStep : 0);
  }
  // Custom samplers take their steps from a scheduler node.
  if (!Array.isArray(sigmas)) return undefined;
  const scheduled = graph[String(sigmas[0])]?.inputs.steps;
  return typeof scheduled === 'number' ? scheduled : undefined;
}
