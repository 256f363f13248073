import type { TaskView } from '@star-graph/contract/tasks/tasks';
import { Problem } from '@star-graph/core/ground/errors';
import { isId } from '@star-graph/core/ground/runtime/ids';
import type { DoorDeps } from '../doorDeps.ts';
import { rateOf } from './videoRequest.ts';

/** A film as clients of OpenAI read it. */
export interface Video {
  id: string;
  object: 'video';
  model: string;
  status: 'queued' | 'in_progress' | 'completed' | 'failed';
  progress: number;
  created_at: number;
  completed_at: number | null;
  expires_at: number | null;
  size: string;
  seconds: string;
  prompt: string | null;
  remixed_from_video_id: string | null;
  error: { code: string; message: string } | null;
}

const idPrefix = 'video_';
const dayMs = 24 * 3_600_000;

/** @throws Problem `not-found`. */
export function taskIdOf(videoId: string): string {
  const taskId = videoId.startsWith(idPrefix) ? videoId.slice(idPrefix.length) : '';
  if (!isId(taskId)) throw unknownVideo();
  return taskId;
}

export const videoIdOf = (taskId: string): string => `${idPrefix}${taskId}`;

export const unknownVideo = (): Problem => new Problem('not-found', 'There is no such video of yours.');

const statuses = {
  queued: 'queued',
  assigned: 'queued',
  running: 'in_progress',
  succeeded: 'completed',
  failed: 'failed',
  cancelled: 'failed',
} as const;

export function presentVideo(
  { catalogue, config }: Pick<DoorDeps, 'catalogue' | 'config'>,
  task: TaskView,
): Video {
  const workflow = catalogue.findWorkflow(task.workflow.name, task.workflow.version);
  const [output] = task.outputs;
  const { params, finishedAt } = task;
  const rate = workflow && rateOf(workflow, params);
  const planned = typeof params.frames === 'number' && rate !== undefined ? params.frames / rate : 0;
  const ended = finishedAt === undefined ? null : new Date(finishedAt).getTime();
  return {
    id: videoIdOf(task.id),
    object: 'video',
    model: task.workflow.name,
    status: statuses[task.status],
    progress: Math.round(task.progress.percent),
    created_at: toSeconds(new Date(task.createdAt).getTime()),
    completed_at: ended !== null && task.status === 'succeeded' ? toSeconds(ended) : null,
    expires_at: ended === null ? null : toSeconds(ended + config.RETENTION_DAYS * dayMs),
    size: output ? `${output.width}x${output.height}` : plannedSize(params),
    seconds: String(
      Math.round((output?.durationMs === undefined ? planned : output.durationMs / 1_000) * 100) / 100,
    ),
    prompt: typeof params.prompt === 'string' ? params.prompt : null,
    remixed_from_video_id: task.parentId === undefined ? null : videoIdOf(task.parentId),
    error: faultOf(task),
  };
}

const toSeconds = (ms: number): number => Math.floor(ms / 1_000);

/** Of a film from a picture the size is known once it is made. */
const plannedSize = ({ width, height, resolution }: TaskView['params']): string =>
  typeof width === 'number' && typeof height === 'number' ? `${width}x${height}` : String(resolution ?? '');

function faultOf({ status, error }: TaskView): Video['error'] {
  if (status === 'cancelled') return { code: 'cancelled', message: 'The video was cancelled.' };
  return error ? { code: error.type.split(':').at(-1) ?? error.type, message: error.detail } : null;
}
