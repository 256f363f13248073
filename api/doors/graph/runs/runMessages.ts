import type { Clock } from '@star-graph/core/ground/runtime/clock';
import type { ShownAsset } from '@star-graph/core/library/assets/presentAsset';
import type { Progress } from '@star-graph/core/work/events/event';
import { imagesOf, outputsOf, presentEnd } from '../runs/presentRuns.ts';
import type { Run } from '../runs/run.ts';
import type { ComfyMessage, ComfyPreview } from './frames.ts';

interface RunStep {
  messages: ComfyMessage[];
  preview?: ComfyPreview | undefined;
}

/** Messages, and the picture that follows them: its node is the one at work. */
interface EndStep {
  messages: ComfyMessage[];
  picture?: { asset: ShownAsset; nodeId: string };
}

/**
 * What ComfyUI would say of one run, in its order: start, nodes with their progress, results, end. Progress comes ten
 * times a second at most, so that quick nodes pass unmentioned, as cached ones do there.
 */
export interface RunMessages {
  /** It runs, or ran. */
  begin(isCached: boolean): ComfyMessage[];
  advance(progress: Progress): RunStep;
  /** Before the queue is told shorter: results, and how it ended. Nothing of a run that never began. */
  end(run: Run): EndStep[];
  /** After that: it is over, and the history has it. */
  over(): ComfyMessage[];
}

interface NodeState {
  value: number;
  max: number;
  state: 'running' | 'finished';
}

/** @param isUnderway it began before its client connected */
export function createRunMessages(
  { clock }: { clock: Pick<Clock, 'now'> },
  { promptId, params, sentBack }: Pick<Run, 'promptId' | 'params' | 'sentBack'>,
  isUnderway: boolean,
): RunMessages {
  const nodes = new Map<string, NodeState>();
  let hasBegun = isUnderway;
  let current: string | undefined;
  const say = (type: string, data: Record<string, unknown>): ComfyMessage => ({
    type,
    data: { ...data, prompt_id: promptId },
  });
  const at = () => ({ timestamp: clock.now().getTime() });

  const states = (): ComfyMessage => {
    const told = [...nodes].map(([nodeId, state]) => [
      nodeId,
      {
        ...state,
        node_id: nodeId,
        prompt_id: promptId,
        display_node_id: nodeId,
        parent_node_id: null,
        real_node_id: nodeId,
      },
    ]);
    return say('progress_state', { nodes: Object.fromEntries(told) });
  };
  const finish = () => {
    for (const state of nodes.values()) Object.assign(state, { value: state.max, state: 'finished' });
  };
  const enter = (nodeId: string): ComfyMessage[] => {
    if (nodeId === current) return [];
    current = nodeId;
    finish();
    nodes.set(nodeId, { value: 0, max: 1, state: 'running' });
    return [states(), say('executing', { node: nodeId, display_node: nodeId })];
  };
  const advanceNode = (nodeId: string, value: number, max: number): ComfyMessage[] => {
    nodes.set(nodeId, { value, max, state: 'running' });
    return [states(), say('progress', { value, max, node: nodeId })];
  };
  /** Counted from zero, as ComfyUI does. */
  const sendBack = (nodeId: string, assets: readonly ShownAsset[]): EndStep[] => [
    { messages: enter(nodeId) },
    ...assets.map((asset, index) => ({
      messages: advanceNode(nodeId, index, assets.length),
      picture: { asset, nodeId },
    })),
  ];
  const begin = (isCached: boolean): ComfyMessage[] => {
    if (hasBegun) return [];
    hasBegun = true;
    const cached = isCached ? Object.keys(params.graph) : [];
    return [say('execution_start', at()), say('execution_cached', { nodes: cached, ...at() })];
  };

  return {
    begin,
    advance({ nodeId, step, steps, preview, queuePosition }) {
      if (queuePosition !== undefined || nodeId === undefined) return { messages: [] };
      const messages = [...begin(false), ...enter(nodeId)];
      if (step !== undefined && steps !== undefined) messages.push(...advanceNode(nodeId, step, steps));
      // Clients keep whatever comes while such a node is at work.
      if (!preview || sentBack.includes(nodeId)) return { messages };
      const bytes = Buffer.from(preview.base64, 'base64');
      return { messages, preview: { mime: preview.mime, bytes, nodeId: preview.nodeId ?? nodeId, promptId } };
    },
    end(run) {
      const { status, cached, startedAt } = run.task;
      if (status === 'cancelled' && !hasBegun && startedAt === null) return [];
      const steps: EndStep[] = [{ messages: begin(cached) }];
      if (status === 'succeeded')
        for (const [nodeId, output] of Object.entries(outputsOf(run))) {
          if (sentBack.includes(nodeId)) {
            steps.push(...sendBack(nodeId, imagesOf(run, nodeId)));
            continue;
          }
          const entered = cached ? [] : enter(nodeId);
          const executed = say('executed', { node: nodeId, display_node: nodeId, output });
          steps.push({ messages: [...entered, executed] });
        }
      finish();
      const [type, data] = presentEnd(run);
      return [...steps, { messages: [states(), { type, data: { ...data } }] }];
    },
    over: () => (hasBegun ? [say('executing', { node: null })] : []),
  };
}
