import type { TaskError } from '@star-graph/core/ground/db/models/task';
import { findExtension } from '@star-graph/core/ground/storage/mediaTypes';
import type { ShownAsset } from '@star-graph/core/library/assets/presentAsset';
import { mediaKindOf } from '@star-graph/workflows/shared/mediaKinds';
import { findEnds } from './findEnds.ts';
import { isOver, isRunning, type Run } from './run.ts';

/** A file as clients of ComfyUI name it, for `GET /view`; the rest is for those that fetch it by its id. */
interface ComfyFile {
  filename: string;
  subfolder: string;
  type: string;
  source: 'http';
  id: string;
  'content-type': string;
}

export const fileNameOf = ({ id, mime }: Pick<ShownAsset, 'id' | 'mime'>): string =>
  `${id}.${findExtension(mime) ?? 'bin'}`;

const fileOf = (asset: ShownAsset): ComfyFile => ({
  filename: fileNameOf(asset),
  subfolder: '',
  type: 'output',
  source: 'http',
  id: asset.id,
  'content-type': asset.mime,
});

/** What a node gave, as in the history and in `executed`. Videos stand under `images` too; absent: none of the kind. */
export interface NodeOutput {
  images?: ComfyFile[];
  animated?: boolean[];
  audio?: ComfyFile[];
  '3d'?: ComfyFile[];
  text?: string[];
}

const keyOf = { image: 'images', video: 'images', audio: 'audio', model3d: '3d', text: 'text' } as const;

/** By node. */
export function outputsOf({ outputs }: Pick<Run, 'outputs'>): Record<string, NodeOutput> {
  const byNode = Map.groupBy(outputs, ({ nodeId }) => nodeId ?? '');
  return Object.fromEntries(
    [...byNode].map(([nodeId, assets]) => {
      const isAnimated = assets.some(({ frames }) => (frames ?? 1) > 1);
      const kinds = Map.groupBy(assets, ({ mime }) => keyOf[mediaKindOf(mime)]);
      const given = [...kinds].map(([key, ofKind]) => [
        key,
        key === 'text' ? ofKind.map(({ text }) => text ?? '') : ofKind.map(fileOf),
      ]);
      return [nodeId, { ...Object.fromEntries(given), ...(isAnimated && { animated: [true] }) }];
    }),
  );
}

/** The pictures of one node, in their order. */
export const imagesOf = ({ outputs }: Pick<Run, 'outputs'>, nodeId: string): ShownAsset[] =>
  outputs.filter((asset) => asset.nodeId === nodeId && mediaKindOf(asset.mime) === 'image');

/** ComfyUI's item of a queue. @param number its place among the person's own */
const presentItem = (number: number, { promptId, clientId, params }: Run) =>
  [
    number,
    promptId,
    params.graph,
    clientId === undefined ? {} : { client_id: clientId },
    findEnds(params.graph),
  ] as const;

/** The open ones of a person, the next first. */
export const openRuns = (list: readonly Run[]): Run[] =>
  list
    .filter((run) => !isOver(run))
    .toReversed()
    .sort((a, b) => Number(isRunning(b)) - Number(isRunning(a)));

export function presentQueue(list: readonly Run[]) {
  const items = openRuns(list).map((run, index) => ({ run, item: presentItem(index, run) }));
  return {
    queue_running: items.filter(({ run }) => isRunning(run)).map(({ item }) => item),
    queue_pending: items.filter(({ run }) => !isRunning(run)).map(({ item }) => item),
  };
}

/** ComfyUI forgets what was taken out of its queue. */
const isInHistory = (run: Run): boolean =>
  isOver(run) && (run.task.status !== 'cancelled' || run.task.startedAt !== null);

/** By id of the prompt, oldest first. */
export function presentHistory(list: readonly Run[]): Record<string, object> {
  const over = list.filter(isInHistory).toReversed();
  return Object.fromEntries(over.map((run, index) => [run.promptId, presentEntry(index, run)]));
}

export function presentEntry(number: number, run: Run) {
  const isSuccess = run.task.status === 'succeeded';
  const outputs = outputsOf(run);
  return {
    prompt: presentItem(number, run),
    outputs,
    status: {
      status_str: isSuccess ? 'success' : 'error',
      completed: isSuccess,
      messages: messagesOf(run),
    },
    meta: Object.fromEntries(
      Object.keys(outputs).map((id) => [
        id,
        { node_id: id, display_node: id, parent_node: null, real_node_id: id },
      ]),
    ),
  };
}

function messagesOf(run: Run): [string, object][] {
  const { task, promptId: prompt_id, params } = run;
  const begun = (task.startedAt ?? task.createdAt).getTime();
  const nodes = task.cached ? Object.keys(params.graph) : [];
  return [
    ['execution_start', { prompt_id, timestamp: begun }],
    ['execution_cached', { nodes, prompt_id, timestamp: begun }],
    presentEnd(run),
  ];
}

const nobody = { node_id: '', node_type: '', executed: [] };

/** The last message of a run, in the history and on sockets. */
export function presentEnd({ task, promptId: prompt_id }: Run): [string, object] {
  const timestamp = (task.finishedAt ?? task.updatedAt).getTime();
  if (task.status === 'succeeded') return ['execution_success', { prompt_id, timestamp }];
  if (task.status === 'cancelled') return ['execution_interrupted', { prompt_id, ...nobody, timestamp }];
  const broken: TaskError = { code: 'internal', detail: 'The generation broke off.' };
  const { code, detail, node } = task.error ?? broken;
  const error = { exception_type: node?.exceptionType || code, exception_message: detail, traceback: [] };
  const at = node && { node_id: node.id, node_type: node.type };
  return [
    'execution_error',
    { prompt_id, ...nobody, ...at, ...error, current_inputs: {}, current_outputs: [], timestamp },
  ];
}
