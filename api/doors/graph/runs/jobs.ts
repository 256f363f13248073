import type { PersonCaller } from '@star-graph/core/people/identity/caller';
import { z } from 'zod';
import type { ApiContext } from '../../../apiContext.ts';
import { JobRefused } from '../errors.ts';
import type { GraphDeps } from '../graphDeps.ts';
import {
  type NodeOutput,
  openRuns,
  outputsOf,
  presentEnd,
  presentEntry,
  presentHistory,
} from './presentRuns.ts';
import { isOver, isRunning, type Run } from './run.ts';
import { stopRuns } from './stopRuns.ts';

const statuses = ['pending', 'in_progress', 'completed', 'failed', 'cancelled'] as const;
type JobStatus = (typeof statuses)[number];

/** One of a person's graphs, as ComfyUI's newer pages read it. Times are in milliseconds. */
interface Job {
  id: string;
  status: JobStatus;
  priority: number;
  create_time: number;
  execution_start_time?: number;
  execution_end_time?: number;
  execution_error?: object;
  outputs_count: number;
  previewable_outputs_count: number;
  preview_output?: object;
  workflow_id?: string;
}

const refuse = (detail: string) => new JobRefused(400, detail);
const oneOf = (name: string, [one, other]: readonly [string, string]) =>
  `${name} must be '${one}' or '${other}'`;
const whole = /^[+-]?\d{1,9}$/;
const text = z.string().optional().catch(undefined);
/** Of a repeated one, the first counts. */
const first = z.preprocess((value) => (Array.isArray(value) ? value[0] : value), text);

export const jobsQuerySchema = z.object({
  status: first,
  workflow_id: first,
  sort_by: first,
  sort_order: first,
  limit: first,
  offset: first,
});

/** As ComfyUI reads it. @throws JobRefused */
function readQuery(query: ApiContext['query']) {
  const asked = jobsQuerySchema.parse(query);
  const given = asked.status
    ?.split(',')
    .map((one) => one.trim().toLowerCase())
    .filter(Boolean);
  const wanted = statuses.filter((status) => !given?.length || given.includes(status));
  const strange = (given ?? []).filter((one) => !(statuses as readonly string[]).includes(one));
  if (strange.length > 0)
    throw refuse(`Invalid status value(s): ${strange.join(', ')}. Valid values: ${statuses.join(', ')}`);
  const sorts = ['created_at', 'execution_duration'] as const;
  const orders = ['asc', 'desc'] as const;
  const sortBy = (asked.sort_by ?? 'created_at').toLowerCase();
  if (!(sorts as readonly string[]).includes(sortBy)) throw refuse(oneOf('sort_by', sorts));
  const order = (asked.sort_order ?? 'desc').toLowerCase();
  if (!(orders as readonly string[]).includes(order)) throw refuse(oneOf('sort_order', orders));
  const number = (name: 'limit' | 'offset') => {
    const value = asked[name]?.trim();
    if (value === undefined) return undefined;
    if (!whole.test(value)) throw refuse(`${name} must be an integer`);
    return Number(value);
  };
  const [limit, offset] = [number('limit'), number('offset')];
  if (limit !== undefined && limit <= 0) throw refuse('limit must be a positive integer');
  const isByDuration = sortBy === 'execution_duration';
  return {
    wanted,
    isByDuration,
    order,
    limit,
    offset: Math.max(0, offset ?? 0),
    workflowId: asked.workflow_id,
  };
}

export async function listJobs(deps: GraphDeps, ctx: ApiContext, caller: PersonCaller): Promise<object> {
  const { wanted, isByDuration, order, limit, offset, workflowId } = readQuery(ctx.query);
  const all = (await readJobs(deps, caller)).filter(
    ({ status, workflow_id: of }) => wanted.includes(status) && (!workflowId || of === workflowId),
  );
  const keyOf = ({ create_time: created, execution_start_time: begun, execution_end_time: ended }: Job) =>
    isByDuration ? (ended ?? 0) - (begun ?? 0) : created;
  const sign = order === 'asc' ? 1 : -1;
  const sorted = all.toSorted((a, b) => sign * (keyOf(a) - keyOf(b)));
  const jobs = sorted.slice(offset, limit === undefined ? undefined : offset + limit);
  const has_more = offset + jobs.length < all.length;
  return { jobs, pagination: { offset, limit: limit ?? null, total: all.length, has_more } };
}

/** @throws JobRefused with 404. */
export async function readJob(deps: GraphDeps, caller: PersonCaller, jobId: string): Promise<object> {
  const { list } = await deps.runs.read(caller.account.id);
  const job = presentJobs(list).find(({ id }) => id === jobId);
  const run = list.find(({ promptId }) => promptId === jobId);
  if (!job || !run) throw new JobRefused(404, 'Job not found');
  if (!isOver(run)) return job;
  const { outputs, prompt, status } = presentEntry(job.priority, run);
  const [, , graph, extra] = prompt;
  return { ...job, outputs, execution_status: status, workflow: { prompt: graph, extra_data: extra } };
}

const readJobs = async (deps: GraphDeps, caller: PersonCaller): Promise<Job[]> =>
  presentJobs((await deps.runs.read(caller.account.id)).list);

function presentJobs(list: readonly Run[]): Job[] {
  const open = openRuns(list);
  const over = Object.keys(presentHistory(list));
  const byId = new Map(list.map((run) => [run.promptId, run]));
  return [
    ...open.map((run, place) => presentJob(run, place)),
    ...over.flatMap((id, place) => {
      const run = byId.get(id);
      return run ? [presentJob(run, place)] : [];
    }),
  ];
}

function statusOf(run: Run): JobStatus {
  if (!isOver(run)) return isRunning(run) ? 'in_progress' : 'pending';
  if (run.task.status === 'succeeded') return 'completed';
  return run.task.status === 'cancelled' ? 'cancelled' : 'failed';
}

function presentJob(run: Run, priority: number): Job {
  const { task, promptId: id, workflowId } = run;
  const status = statusOf(run);
  const files = isOver(run) ? Object.entries(outputsOf(run)).flatMap(filesOf) : [];
  const [preview] = files;
  return {
    id,
    status,
    priority,
    create_time: task.createdAt.getTime(),
    ...(isOver(run) && {
      execution_start_time: (task.startedAt ?? task.createdAt).getTime(),
      execution_end_time: (task.finishedAt ?? task.updatedAt).getTime(),
    }),
    ...(status === 'failed' && { execution_error: presentEnd(run)[1] }),
    outputs_count: files.length,
    previewable_outputs_count: files.length,
    ...(preview && { preview_output: preview }),
    ...(workflowId !== undefined && { workflow_id: workflowId }),
  };
}

const fileKeys = ['images', 'audio', '3d'] as const;

const filesOf = ([nodeId, output]: [string, NodeOutput]) =>
  fileKeys.flatMap((mediaType) => (output[mediaType] ?? []).map((file) => ({ ...file, nodeId, mediaType })));

/** Whether it was under way, or waited. One that has ended, and one of somebody else, is none: no fault either. */
export async function cancelJobs(
  deps: GraphDeps,
  caller: PersonCaller,
  jobIds: readonly string[],
): Promise<object> {
  const stopped = await stopRuns(deps, caller, ({ promptId }) => jobIds.includes(promptId));
  return { cancelled: stopped > 0 };
}

const jobId = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export const cancelSchema = z.looseObject({ job_ids: z.array(z.unknown()).max(1_000) });

/** @throws JobRefused with what is no id. */
export function readJobIds(body: unknown): string[] {
  const { data } = cancelSchema.safeParse(body);
  if (!data) throw refuse('job_ids must be a list of at most 1000');
  const isId = (id: unknown): id is string => typeof id === 'string' && jobId.test(id);
  const invalid = data.job_ids.filter((id) => !isId(id)).map(String);
  if (invalid.length > 0)
    throw new JobRefused(400, 'job_ids contains invalid id(s)', { invalid_ids: invalid });
  return data.job_ids.filter(isId);
}
