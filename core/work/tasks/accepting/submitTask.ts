import { inCredits } from '@star-graph/workflows/shared/inCredits';
import type { Knex } from 'knex';
import type { Database } from '../../../ground/db/connect.ts';
import { isDuplicateEntry, type Transaction } from '../../../ground/db/connect.ts';
import type { IdempotencyClaim } from '../../../ground/db/idempotency.ts';
import { Asset } from '../../../ground/db/models/asset.ts';
import { Task, type TaskMeta } from '../../../ground/db/models/task.ts';
import { taskMoves } from '../../../ground/db/models/taskMoves.ts';
import { chunksOfRows, insertInto, sendPacket } from '../../../ground/db/packet.ts';
import { Problem } from '../../../ground/errors.ts';
import type { WakeSignals } from '../../../ground/redis/wakeSignals.ts';
import type { Clock } from '../../../ground/runtime/clock.ts';
import { isId, newId } from '../../../ground/runtime/ids.ts';
import type { LiveSettings } from '../../../ground/settings/liveSettings.ts';
import { inSpan } from '../../../ground/telemetry/spans.ts';
import { formatTraceparent, type TraceContext } from '../../../ground/telemetry/traceContext.ts';
import type { Catalogue } from '../../../library/catalogue/catalogue.ts';
import { prepareHold } from '../../../money/credits/credits.ts';
import { bytesOfRequest, countKept, type KeptDeps } from '../../../money/quotas/keptBytes.ts';
import { countSpending, type KeySpending } from '../../../money/quotas/keyDay.ts';
import { countDay } from '../../../money/quotas/personDay.ts';
import type { ReadQuotas } from '../../../money/quotas/quotaReader.ts';
import { countTaskOfDay, type MemberQuota } from '../../../people/guilds/memberDay.ts';
import { type SharedAllowance, useAllowance } from '../../../people/guilds/sharedAllowance.ts';
import { isPublished } from '../../../people/safety/isPublished.ts';
import { refuseWithheld } from '../../../people/safety/readQuarantines.ts';
import { type CommitDeps, commitAndPublish, commitAtOnce } from '../../events/outbox/commitAndPublish.ts';
import { recordEvents } from '../../events/outbox/recordEvent.ts';
import { concludeTask } from '../endTask.ts';
import { countSubmission } from '../taskMetrics.ts';
import { claimKey, findReplay } from './idempotency.ts';
import type { QueueBound } from './queueBound.ts';
import { presentQueued } from './queuedNews.ts';
import { type QuotedTask, quoteTask, type TaskRequest } from './quoteTask.ts';
import { cacheKeyOf, findCachedOutputs } from './resultCache.ts';

/** A parent task belongs to the same person, or its result is published. */
export async function requireParent(
  database: Database,
  userId: string,
  parentId: string | undefined,
): Promise<void> {
  if (parentId === undefined) return;
  const parent = isId(parentId)
    ? await Task.query(database).select('id').findOne({ id: parentId, userId })
    : undefined;
  if (!parent && !(isId(parentId) && (await isPublished(database, { taskId: parentId }))))
    throw new Problem('not-found', 'The parent task does not exist.', {
      errors: [{ pointer: '/meta/parentId', message: 'No task of yours has this id, and no published one.' }],
    });
}

export interface SubmitDeps extends CommitDeps, KeptDeps {
  catalogue: Catalogue;
  clock: Clock;
  wakeSignals: WakeSignals;
  queueBound: QueueBound;
  settings: Pick<LiveSettings, 'read'>;
  quotas: ReadQuotas;
}

/** The terms on which a task is accepted. */
export interface TaskTerms extends Pick<TaskRequest, 'pricePercent'> {
  /** Present when the task is requested in a Discord server that limits its members. */
  memberQuota?: MemberQuota;
  /** Present when the server may pay for the member. */
  sharedAllowance?: SharedAllowance;
}

export interface TaskSubmission extends TaskRequest, TaskTerms {
  apiKeyId: string | null;
  /** What the person's key may still spend. */
  keySpending?: KeySpending;
  /** What the client lets this one task cost. */
  mostCredits?: number;
  meta: TaskMeta;
  /** What asked for it, in its trace. Default: it begins one. */
  span?: TraceContext;
  /**
   * Refuses a request that the rules forbid now; otherwise returns the terms. Only new requests are checked: an
   * accepted task stays accepted when the rules change.
   */
  admit?: () => Promise<TaskTerms>;
  idempotency?: Pick<IdempotencyClaim, 'key' | 'bodyHash'>;
}

export interface Accepted {
  task: Task;
  /** The request was made before under the same Idempotency-Key; nothing was done now. */
  replayed: boolean;
}

/**
 * Accepts a request: when this returns, the task is a committed row with its credits held. A process that dies before
 * the commit has accepted nothing; one that dies after it has, and the same Idempotency-Key finds the task.
 * @throws Problem everything `admit` and `quoteTask` throw, `invalid-params` over `mostCredits`, `queue-full`, `quota-exceeded`, `daily-limit`,
 * `insufficient-credits`, `idempotency-conflict`.
 */
export async function submitTask(deps: SubmitDeps, request: TaskSubmission): Promise<Accepted> {
  const startedMs = performance.now();
  const count = (outcome: string, end: 'accepted' | 'refused' | 'failed', ran = request.workflowName) => {
    const workflow = deps.catalogue.findWorkflow(ran)?.name;
    countSubmission(workflow, outcome, { startedMs, end });
  };
  try {
    const accepted = await acceptOnce(deps, request);
    const { task, replayed } = accepted;
    count(replayed ? 'replayed' : task.cached ? 'cached' : 'accepted', 'accepted', task.workflowName);
    return accepted;
  } catch (error) {
    if (error instanceof Problem) count(error.code, 'refused');
    else count('failed', 'failed');
    throw error;
  }
}

async function acceptOnce(deps: SubmitDeps, request: TaskSubmission): Promise<Accepted> {
  const claim = request.idempotency && { userId: request.userId, ...request.idempotency };
  try {
    const { workflowName } = request;
    const task = await inSpan(
      { name: 'accept task', parent: request.span, attributes: { 'star_graph.task.workflow': workflowName } },
      (span) => accept(deps, { ...request, span }, claim),
    );
    if (task.status === 'queued') deps.wakeSignals.send('tasks', presentQueued(task));
    return { task, replayed: false };
  } catch (error) {
    // An accepted task stays accepted when the rules change, and a key that is taken names it.
    const isRefusal = error instanceof Problem || isDuplicateEntry(error);
    const earlier = claim && isRefusal && (await findReplay(deps.database, claim));
    if (earlier) return { task: earlier, replayed: true };
    throw error;
  }
}

async function accept(
  deps: SubmitDeps,
  request: TaskSubmission & { span: TraceContext },
  claim: IdempotencyClaim | undefined,
): Promise<Task> {
  const submission = { ...request, ...(await request.admit?.()) };
  const quote = await quoteTask(deps, submission);
  await requireParent(deps.database, submission.userId, submission.meta.parentId);
  const cacheKey = quote.seedGiven ? cacheKeyOf(quote.workflow, quote.params, quote.images) : null;
  const cached = cacheKey && (await findCachedOutputs(deps.database, submission.userId, cacheKey));
  if (!cached) await deps.queueBound.requireRoom();
  const task = toTask(deps.clock.now(), submission, quote, cacheKey, cached ? 0 : quote.cost);

  requireAffordable(task.cost, submission.mostCredits);

  const { memberQuota, sharedAllowance } = submission;
  const write = async (trx: Transaction, isAtOnce: boolean): Promise<Task> => {
    if (memberQuota) await countTaskOfDay(trx, task.userId, memberQuota, task.createdAt);
    task.payerGuildId = await choosePayer(trx, task, sharedAllowance);
    const { id: taskId, userId, cost: amount, payerGuildId } = task;
    const hold = prepareHold(deps, trx, { taskId, userId, amount, payerGuildId }, quote.quotas);
    // Before the credits, as the end of an attempt does.
    const day = countDay(trx, userId, quote.quotas, task.createdAt);
    const spent = countSpending(trx, submission.keySpending, amount, task.createdAt);
    const row = task.$toDatabaseJson() as Record<string, Knex.Value>;
    const bytes = bytesOfRequest(String(row.params).length + String(row.meta).length);
    const kept = countKept(deps, trx, { userId, bytes }, task.createdAt);
    const before = [
      ...(claim ? [claimKey(trx, claim, taskId, task.createdAt)] : []),
      insertInto(trx, Task.tableName, [row]),
    ];
    const events = cached ? [created] : [created, queued];
    const told = recordEvents(trx, task, events, task.createdAt, { task, outputs: [] });
    if (isAtOnce) {
      const parts = [...before, ...day.atOnce, ...kept.atOnce, ...spent.atOnce, ...hold.atOnce, ...told];
      await sendPacket(trx, parts, { commits: true });
      return task;
    }
    const counted = [day, kept, spent, hold];
    const parts = counted.flatMap(({ statements }) => statements);
    const answers = (await sendPacket(trx, [...before, ...parts, ...told])).slice(before.length);
    for (const { statements, confirm } of counted) await confirm(answers.splice(0, statements.length));
    return cached ? completeFromCache(deps, trx, task, cached) : task;
  };
  const isOnePacket = !cached && !memberQuota && !sharedAllowance;
  const commit = () =>
    isOnePacket ? commitAtOnce(deps, write) : commitAndPublish(deps, (trx) => write(trx, false));
  const attributes = { 'db.system.name': 'mysql', 'star_graph.task.id': task.id } as const;
  return inSpan({ name: 'commit task', kind: 'client', parent: request.span, attributes }, commit);
}

function requireAffordable(cost: number, most = cost): void {
  if (cost <= most) return;
  throw new Problem(
    'invalid-params',
    `This costs ${inCredits(cost)}, which is more than the ${most} that were allowed for it. Choose something cheaper, or allow more.`,
    { errors: [{ pointer: '/mostCredits', message: `It would have to be ${cost}.` }] },
  );
}

/** The server whose shared credits pay; null: the person does. Counts the price on the member's day. */
async function choosePayer(
  trx: Transaction,
  { userId, cost, createdAt }: Task,
  allowance: SharedAllowance | undefined,
): Promise<string | null> {
  if (!allowance) return null;
  return (await useAllowance(trx, userId, allowance, cost, createdAt)) ? allowance.guildId : null;
}

const created = { type: 'task_created', data: {} } as const;
const queued = { type: 'task_queued', data: { attempt: 0 } } as const;

/** The row as the table would return it, so that it need not be read after the write. */
function toTask(
  now: Date,
  submission: TaskSubmission & { span: TraceContext },
  quote: QuotedTask,
  cacheKey: string | null,
  cost: number,
): Task {
  return Task.fromJson({
    id: newId(),
    userId: submission.userId,
    apiKeyId: submission.apiKeyId,
    type: quote.workflow.type,
    workflowName: quote.workflow.name,
    workflowVersion: quote.workflow.version,
    lane: quote.lane,
    status: 'queued',
    params: quote.params,
    meta: submission.meta,
    images: quote.images,
    cost,
    payerGuildId: null,
    cancelCharge: 0,
    workUnits: quote.workUnits,
    estimateSeconds: quote.estimateSeconds,
    cacheKey,
    cached: false,
    attempt: 0,
    failures: 0,
    error: null,
    parentId: submission.meta.parentId ?? null,
    traceparent: formatTraceparent(submission.span),
    notBefore: null,
    startedAt: null,
    finishedAt: null,
    createdAt: now,
    updatedAt: now,
  });
}

/** `queued → succeeded` without a backend: the files are shared, the assets are the new task's own. */
async function completeFromCache(
  deps: { clock: Clock },
  trx: Transaction,
  task: Task,
  outputs: readonly Asset[],
): Promise<Task> {
  const now = deps.clock.now();
  const own = outputs.map(({ id: _id, taskId: _taskId, createdAt: _createdAt, ...facts }) => ({
    ...facts,
    id: newId(),
    taskId: task.id,
    createdAt: now,
  }));
  for (const some of chunksOfRows(own)) await trx(Asset.tableName).insert(some);
  await refuseWithheld(trx, own);
  const done = await Task.query(trx).patchAndFetchById(task.id, {
    status: taskMoves.completeFromCache.to,
    cached: true,
    startedAt: now,
    finishedAt: now,
    updatedAt: now,
  });
  await concludeTask(deps, trx, done, { move: 'completeFromCache' }, { outputs: own });
  return done;
}
