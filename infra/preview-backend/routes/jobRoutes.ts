import { isJsonObject, type Json, type JsonObject } from '../json.ts';
import type { HistoryEntry, PromptQueue, QueueItem } from '../promptQueue.ts';
import { type Exchange, readJson, sendJson } from './http.ts';
import { messageData, messageTime } from './presentItem.ts';
import { isCanonicalUuid } from './promptRoutes.ts';
import type { Route } from './router.ts';

const jobStatuses = ['pending', 'in_progress', 'completed', 'failed', 'cancelled'] as const;
type JobStatus = (typeof jobStatuses)[number];

interface JobRouteDeps {
  queue: PromptQueue;
  interrupt: () => void;
}

interface Job {
  status: JobStatus;
  item: QueueItem;
  entry: HistoryEntry | null;
}

/** `/api/jobs*` of 0.33.0: queue and history in one list, and cancelling that tells whether it did anything. */
export function jobRoutes({ queue, interrupt }: JobRouteDeps): Route[] {
  /** True when any of them was pending or running. Pending ones go first: the running one's end starts the next. */
  const cancel = (promptIds: readonly string[]): boolean => {
    const wasPending = promptIds.map((id) => queue.deletePending(id)).includes(true);
    const isRunning = queue.running.some((item) => promptIds.includes(item.promptId));
    if (isRunning) {
      interrupt();
      queue.announce();
    }
    return wasPending || isRunning;
  };
  return [
    { method: 'GET', pattern: '/jobs', prefix: 'api-only', handle: (exchange) => list(queue, exchange) },
    {
      method: 'GET',
      pattern: '/jobs/{id}',
      prefix: 'api-only',
      handle(exchange) {
        const job = jobsOf(queue).find(({ item }) => item.promptId === exchange.params.id);
        if (job) sendJson(exchange, 200, presentJob(job, true));
        else sendJson(exchange, 404, { error: 'Job not found' });
      },
    },
    {
      method: 'POST',
      pattern: '/jobs/{id}/cancel',
      prefix: 'api-only',
      handle(exchange) {
        const id = exchange.params.id ?? '';
        if (!isCanonicalUuid(id)) return sendJson(exchange, 400, { error: 'job_id must be a valid UUID' });
        sendJson(exchange, 200, { cancelled: cancel([id]) });
      },
    },
    {
      method: 'POST',
      pattern: '/jobs/cancel',
      prefix: 'api-only',
      async handle(exchange) {
        const body = await readJson(exchange);
        const ids = isJsonObject(body) ? body.job_ids : null;
        if (!Array.isArray(ids)) return sendJson(exchange, 400, { error: 'job_ids must be a list' });
        const invalid = ids.filter((id) => !isCanonicalUuid(id));
        if (invalid.length > 0) {
          const error = 'job_ids contains invalid id(s)';
          return sendJson(exchange, 400, { error, invalid_ids: invalid });
        }
        sendJson(exchange, 200, { cancelled: cancel(ids.map(String)) });
      },
    },
  ];
}

function jobsOf(queue: PromptQueue): Job[] {
  const pending = [...queue.pending].sort((a, b) => a.number - b.number);
  return [
    ...pending.map((item): Job => ({ status: 'pending', item, entry: null })),
    ...queue.running.map((item): Job => ({ status: 'in_progress', item, entry: null })),
    ...[...queue.history.values()].map(
      (entry): Job => ({ status: endStatus(entry), item: entry.item, entry }),
    ),
  ];
}

function endStatus(entry: HistoryEntry): JobStatus {
  if (entry.status.status_str === 'success') return 'completed';
  return messageData(entry, 'execution_interrupted') ? 'cancelled' : 'failed';
}

function list(queue: PromptQueue, exchange: Exchange): void {
  const { query } = exchange;
  const wanted = (query.get('status') ?? '').split(',').filter((status) => status !== '');
  const invalid = wanted.filter((status) => !jobStatuses.some((one) => one === status));
  if (invalid.length > 0) {
    const valid = jobStatuses.join(', ');
    const error = `Invalid status value(s): ${invalid.join(', ')}. Valid values: ${valid}`;
    sendJson(exchange, 400, { error });
    return;
  }
  const workflowId = query.get('workflow_id');
  const found = jobsOf(queue)
    .filter((job) => wanted.length === 0 || wanted.includes(job.status))
    .filter((job) => workflowId === null || workflowIdOf(job.item) === workflowId);
  const sign = query.get('sort_order') === 'asc' ? 1 : -1;
  const rank = query.get('sort_by') === 'execution_duration' ? durationOf : createTimeOf;
  const isOpen = (job: Job): boolean => job.entry === null;
  const sorted = [
    ...found.filter(isOpen),
    ...found.filter((job) => !isOpen(job)).sort((a, b) => sign * (rank(a) - rank(b))),
  ];
  const offset = Math.max(0, Number(query.get('offset') ?? 0) || 0);
  const limitText = query.get('limit');
  const limit = limitText === null ? null : Math.max(0, Number(limitText) || 0);
  const page = sorted.slice(offset, limit === null ? undefined : offset + limit);
  sendJson(exchange, 200, {
    jobs: page.map((job) => presentJob(job, false)),
    pagination: { offset, limit, total: sorted.length, has_more: offset + page.length < sorted.length },
  });
}

const endTypes = ['execution_success', 'execution_error', 'execution_interrupted'];

function createTimeOf({ item }: Job): number {
  const time = item.extraData?.create_time;
  return typeof time === 'number' ? time : 0;
}

function durationOf({ entry }: Job): number {
  if (!entry) return 0;
  return (messageTime(entry, endTypes) ?? 0) - (messageTime(entry, ['execution_start']) ?? 0);
}

function workflowIdOf(item: QueueItem): Json | undefined {
  const info = item.extraData?.extra_pnginfo;
  const workflow = isJsonObject(info) ? info.workflow : null;
  return isJsonObject(workflow) ? workflow.id : undefined;
}

function presentJob(job: Job, isDetailed: boolean): JsonObject {
  const { item, entry } = job;
  const files = entry ? listFiles(entry.outputs) : [];
  const failure = entry && messageData(entry, 'execution_error');
  const workflowId = workflowIdOf(item);
  const first = files.find(({ type }) => type === 'output') ?? files[0];
  return {
    id: item.promptId,
    status: job.status,
    priority: item.number,
    create_time: createTimeOf(job),
    ...(entry && {
      execution_start_time: messageTime(entry, ['execution_start']),
      execution_end_time: messageTime(entry, endTypes),
    }),
    ...(failure && { execution_error: failure }),
    outputs_count: files.length,
    previewable_outputs_count: files.length,
    ...(first && { preview_output: first }),
    ...(workflowId !== undefined && { workflow_id: workflowId }),
    ...(isDetailed &&
      entry && {
        outputs: entry.outputs,
        execution_status: entry.status as unknown as JsonObject,
        workflow: { prompt: item.graph as unknown as JsonObject, extra_data: item.extraData },
      }),
  };
}

function listFiles(outputs: JsonObject): JsonObject[] {
  return Object.entries(outputs).flatMap(([nodeId, kinds]) =>
    Object.entries(isJsonObject(kinds) ? kinds : {}).flatMap(([mediaType, values]) =>
      (Array.isArray(values) ? values : [])
        .filter(isJsonObject)
        .map((file) => ({ ...file, nodeId, mediaType })),
    ),
  );
}
