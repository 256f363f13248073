import { filmEdit } from '@star-graph/workflows/filmEdit';
import { isSeen, mediaKindOf } from '@star-graph/workflows/shared/mediaKinds';
import type { Knex } from 'knex';
import { again, type Database, inOnePacket, type Transaction } from '../../ground/db/connect.ts';
import { Asset } from '../../ground/db/models/asset.ts';
import { Attempt, Slot } from '../../ground/db/models/backend.ts';
import { Quarantine } from '../../ground/db/models/quarantine.ts';
import { Task, type TaskError } from '../../ground/db/models/task.ts';
import { statusesAtWork, type TaskMove, taskMoves } from '../../ground/db/models/taskMoves.ts';
import { affectedBy, insertAll, requireMet, type Statement, sendPacket } from '../../ground/db/packet.ts';
import { writePrepared } from '../../ground/db/prepared.ts';
import type { Clock } from '../../ground/runtime/clock.ts';
import { usedOf } from '../../money/credits/price.ts';
import { addGpuTime, gpuTimeOf, readGpuTime } from '../../money/quotas/personDay.ts';
import type { Verdict } from '../../people/safety/inspector.ts';
import { classifiedRow } from '../../people/safety/quarantine.ts';
import { type CommitDeps, commitAndPublish, commitAtOnce } from '../events/outbox/commitAndPublish.ts';
import { recordEvent, recordEventOfMoved } from '../events/outbox/recordEvent.ts';
import { concludeTask, type EndingParts, emptySlot, freeSlot, requireTask, taskOf } from './endTask.ts';
import {
  type Fence,
  fenceCondition,
  holdsFence,
  mostRanMs,
  type RanFence,
  ranMsOf,
  wholeMs,
} from './ownerFence.ts';

/*
 * The moves an owner makes with its attempt. Each is one transaction and conditional on the fence (the dispatcher
 * owns the backend) and on (task, attempt, status). A move that finds anything else changes nothing and answers
 * false: the caller has lost the task and stops. The process may die before or after any of them; the next owner
 * finds the task in one of the states and goes on from there.
 */

interface Deps extends CommitDeps {
  clock: Clock;
}

/** Backend faults after the prompt was posted that a task survives; the next one fails it. `judgeFault` says which is the last before that. */
const failuresAllowed = 3;

const current = (fence: Fence, statuses: readonly Task['status'][]) => (trx: Transaction) =>
  Task.query(trx).findById(fence.taskId).where({ attempt: fence.attempt }).whereIn('status', statuses);

interface Written {
  /** Columns that the move also writes; the state is that of the move. */
  task: Record<string, Date | string>;
  attempt: Record<string, Date | string | number | Knex.Raw>;
}

/** A statement that moves a task and its attempt together, or neither. */
function moveBoth(
  trx: Transaction,
  fence: Fence,
  { from, to }: TaskMove,
  { task, attempt }: Written,
): Knex.QueryBuilder {
  const [holds, values] = fenceCondition(fence);
  return trx('tasks')
    .join('attempts', (on) =>
      on.on('attempts.task_id', 'tasks.id').andOn('attempts.attempt', 'tasks.attempt'),
    )
    .where({ 'tasks.id': fence.taskId, 'tasks.attempt': fence.attempt })
    .whereIn('tasks.status', from)
    .whereRaw(holds, values)
    .update({ ...under('tasks', { ...task, status: to }), ...under('attempts', attempt) });
}

const under = (table: string, columns: Readonly<Written['attempt']>) =>
  Object.fromEntries(Object.entries(columns).map(([name, value]) => [`${table}.${name}`, value]));

/**
 * Saves the prompt id before anything is sent, so that the next owner knows which prompt to look for on the backend.
 * A repeated call after a lost answer returns the same answer.
 */
export function markPosted(deps: Deps, fence: Fence, promptId: string): Promise<boolean> {
  const { taskId, attempt } = fence;
  const [holds, owner] = fenceCondition(fence);
  const sql = `UPDATE attempts SET state = 'posted', prompt_id = ?, posted_at = ?
    WHERE task_id = ? AND attempt = ? AND (state = 'assigned' OR (state = 'posted' AND prompt_id = ?))
      AND ${holds}
      AND EXISTS (SELECT 1 FROM tasks WHERE id = ? AND attempt = ? AND status = 'assigned' LOCK IN SHARE MODE)`;
  return again(async () => {
    const values = [promptId, deps.clock.now(), taskId, attempt, promptId, ...owner, taskId, attempt];
    return (await writePrepared(deps.database, sql, values)) === 1;
  });
}

/**
 * The collecting of a result begins again, by an owner that is not the first. Its count is written before anything is
 * read: a result that ends the process which reads it would end every next one.
 * @returns how often it was begun so; undefined when the attempt has another owner.
 */
export async function countCollect(deps: Deps, fence: Fence): Promise<number | undefined> {
  const { taskId, attempt } = fence;
  const [holds, owner] = fenceCondition(fence);
  const sql = `UPDATE attempts SET collects = collects + 1
    WHERE task_id = ? AND attempt = ? AND state <> 'ended' AND ${holds}`;
  const counted = await again(() => writePrepared(deps.database, sql, [taskId, attempt, ...owner]));
  if (counted === 0) return undefined;
  const row = await Attempt.query(deps.database).findById([taskId, attempt]).select('collects');
  return row?.collects;
}

/** ComfyUI began to execute the prompt: `assigned → running`. */
export function startTask(deps: Deps, fence: Fence, beganAt = deps.clock.now()): Promise<boolean> {
  const move = async (trx: Transaction) => {
    const statements = startStatements(trx, fence, beganAt, deps.clock.now());
    const [moved] = await sendPacket(trx, statements, { commits: true });
    return affectedBy(moved) > 0;
  };
  return commitAndPublish(deps, move, inOnePacket);
}

const startStatements = (trx: Transaction, fence: Fence, beganAt: Date, now: Date): Statement[] => [
  moveBoth(trx, fence, taskMoves.start, {
    task: { started_at: beganAt, updated_at: now },
    attempt: { state: 'running', started_at: beganAt },
  }),
  ...recordEventOfMoved(
    trx,
    { type: taskMoves.start.event, data: { attempt: fence.attempt } },
    fence.taskId,
    now,
  ),
];

/** An output that is already in storage. */
export type NewOutput = Pick<
  Asset,
  'id' | 'mime' | 'width' | 'height' | 'bytes' | 'sha256' | 'durationMs' | 'frames' | 'storageKey'
> &
  Partial<
    Pick<
      Asset,
      'fps' | 'soundCodec' | 'soundRate' | 'soundChannels' | 'waveform' | 'nodeId' | 'text' | 'thumbnailKey'
    >
  > & {
    verdict?: Verdict;
    /** See `StoredOutput`. */
    thumbnail?: Promise<Buffer>;
  };

/**
 * The outputs are stored: succeeded, captured, listed, told, slot free, all at once. By the row that its owner has read,
 * and how long it saw the run, it is one round trip. That is refused as a whole where the row has changed in what counts,
 * or where the run can have been shorter; then the rows are read.
 * @param beganAt of a run whose start is not written: its start comes before its end, in the same transaction
 * @param usedShare of the time that the price is for; undefined: the price is fixed
 * @param known the task's row as its owner has read it
 */
export function completeTask(
  deps: Deps,
  fence: RanFence,
  outputs: readonly NewOutput[],
  beganAt?: Date,
  usedShare?: number,
  known?: Task,
): Promise<boolean> {
  const result: Result = { outputs, beganAt, usedShare };
  const inSteps = (trx: Transaction) => completeInSteps(deps, trx, fence, result);
  if (!known || fence.ranMs === undefined) return commitAndPublish(deps, inSteps);
  const seen = { task: known, ranMs: wholeMs(fence.ranMs) };
  return commitAtOnce(deps, (trx, isAtOnce) =>
    isAtOnce ? completeByRow(deps, trx, fence, result, seen) : inSteps(trx),
  );
}

interface Result {
  outputs: readonly NewOutput[];
  beganAt: Date | undefined;
  usedShare: number | undefined;
}

async function completeByRow(
  deps: Deps,
  trx: Transaction,
  fence: RanFence,
  result: Result,
  { task: known, ranMs }: { task: Task; ranMs: number },
): Promise<true> {
  const now = deps.clock.now();
  const { beganAt } = result;
  const [most, values] = mostRanMs(fence, now, beganAt);
  const { complete, start } = taskMoves;
  const startedAt = beganAt && { started_at: beganAt };
  const moved = moveBoth(
    trx,
    fence,
    // A start that somebody else wrote has been told.
    { ...complete, from: beganAt ? start.from : complete.from },
    {
      task: { ...startedAt, finished_at: now, updated_at: now },
      attempt: { ...startedAt, state: 'ended', ended_at: now, ran_ms: ranMs },
    },
  )
    .where({ 'tasks.userId': known.userId, 'tasks.cost': known.cost })
    .whereRaw('tasks.api_key_id <=> ? AND tasks.payer_guild_id <=> ?', [known.apiKeyId, known.payerGuildId])
    .whereRaw(`${most} >= ?`, [...values, ranMs]);
  const task = known.$clone().$set({ status: complete.to, finishedAt: now, updatedAt: now });
  await concludeResult(
    deps,
    trx,
    fence,
    { ...result, task, now },
    {
      isAtOnce: true,
      first: [moved, requireMet(trx)],
      // Films are cut without a GPU.
      gpuTime:
        known.workflowName === filmEdit.name ? [] : addGpuTime(trx, { userId: known.userId, ranMs }, now),
      earlier: beganAt ? [{ type: start.event, data: { attempt: fence.attempt } }] : [],
    },
  );
  return true;
}

async function completeInSteps(
  deps: Deps,
  trx: Transaction,
  fence: RanFence,
  result: Result,
): Promise<boolean> {
  const now = deps.clock.now();
  const start = result.beganAt ? startStatements(trx, fence, result.beganAt, now) : [];
  const answers = await sendPacket(trx, [
    ...start,
    moveBoth(trx, fence, taskMoves.complete, {
      task: { finished_at: now, updated_at: now },
      attempt: { state: 'ended', ended_at: now, ran_ms: ranMsOf(trx, fence, now) },
    }),
    trx(Task.tableName).where({ id: fence.taskId }),
    gpuTimeOf(trx, fence),
  ]);
  const [moved, rows, gpuTime] = answers.slice(start.length);
  if (affectedBy(moved) === 0) return false;
  await concludeResult(
    deps,
    trx,
    fence,
    { ...result, task: taskOf(trx, rows), now },
    {
      gpuTime: addGpuTime(trx, readGpuTime(trx, gpuTime), now),
    },
  );
  return true;
}

/** What a result writes after its task and its attempt. */
async function concludeResult(
  deps: Deps,
  trx: Transaction,
  fence: RanFence,
  { outputs, usedShare, task, now }: Result & { task: Task; now: Date },
  {
    first = [],
    gpuTime,
    ...parts
  }: Pick<EndingParts, 'isAtOnce' | 'earlier'> & {
    first?: readonly Statement[];
    gpuTime: readonly Statement[];
  },
): Promise<void> {
  const { id: taskId, userId } = task;
  const charged = usedShare === undefined ? undefined : usedOf(task.cost, usedShare);
  const assets = outputs.map(({ verdict, thumbnail, ...output }, position) => ({
    // All rows have the same columns, pictures and films alike.
    fps: null,
    soundCodec: null,
    soundRate: null,
    soundChannels: null,
    waveform: null,
    thumbnailKey: null,
    nodeId: null,
    text: null,
    ...output,
    // A body is drawn while it is stored or never, and a sound or a text never.
    thumbnailTries: isSeen(mediaKindOf(output.mime)) ? 0 : null,
    position,
    kind: 'output' as const,
    userId,
    taskId,
    createdAt: now,
    quarantinedAt: verdict?.kind === 'withheld' ? now : null,
  }));
  const found = new Map<string, ReturnType<typeof classifiedRow>>();
  assets.forEach((asset, at) => {
    const verdict = outputs[at]?.verdict ?? { kind: 'clear' as const };
    // Equal results share their bytes, and one row.
    if (verdict.kind !== 'clear') found.set(asset.storageKey, classifiedRow(asset, verdict, now));
  });
  const shown = assets.filter(({ quarantinedAt }) => quarantinedAt === null);
  const ending = { move: 'complete', ...(charged !== undefined && { charged }) } as const;
  await concludeTask(deps, trx, task, ending, {
    ...parts,
    also: [
      ...first,
      ...insertAll(trx, Asset.tableName, assets),
      ...insertAll(trx, Quarantine.tableName, [...found.values()]),
      emptySlot(trx, fence),
      ...gpuTime,
      ...(charged === undefined
        ? []
        : [trx(Task.tableName).where({ id: fence.taskId }).update({ cost: charged })]),
    ],
    outputs: shown.map((output) => ({ ...output, favourite: false })),
    withheld: assets.length - shown.length,
  });
}

/**
 * Ends the task for good: its own fault, or one that another try would meet again.
 * @param charged for the time that it used; the rest of its credits goes back
 */
export function failTask(
  deps: Deps,
  fence: RanFence,
  error: TaskError,
  fault: string,
  charged = 0,
): Promise<boolean> {
  return commitAndPublish(deps, async (trx) => {
    if (!(await holdsFence(trx, fence))) return false;
    return endAsFailed(deps, trx, fence, { error, fault, charged });
  });
}

/**
 * The run used up the time that its price is for, and the backend still executes it: failed and paid. As after a cancel
 * the slot stays taken until the prompt is gone. An owner that dies in between leaves a task that has ended; had it
 * stopped the prompt first, the next owner would find it interrupted and run it again.
 */
export function failOutOfTime(
  deps: Deps,
  fence: RanFence,
  error: TaskError,
  charged: number,
): Promise<boolean> {
  return commitAndPublish(deps, async (trx) => {
    if (!(await holdsFence(trx, fence))) return false;
    return endAsFailed(deps, trx, fence, { error, charged });
  });
}

interface Failing {
  error: TaskError;
  /** For operators. Absent: the slot stays taken. */
  fault?: string;
  charged?: number;
}

async function endAsFailed(
  deps: Deps,
  trx: Transaction,
  fence: RanFence,
  { error, fault, charged }: Failing,
): Promise<boolean> {
  const now = deps.clock.now();
  const move = fault === undefined ? 'failOutOfTime' : 'fail';
  const { from, to: status } = taskMoves[move];
  const ended = await current(
    fence,
    from,
  )(trx).patch({
    status,
    error,
    finishedAt: now,
    updatedAt: now,
    ...(charged !== undefined && { cancelCharge: charged }),
  });
  if (ended === 0) return false;
  if (fault !== undefined) await freeSlot(deps, trx, fence, fault);
  const ending = { move, error, ...(charged !== undefined && { charged }) } as const;
  await concludeTask(deps, trx, await requireTask(trx, fence.taskId), ending);
  return true;
}

export interface Requeue {
  /** What went wrong, for operators; it is kept in the attempt's row. */
  fault: string;
  /** A backend fault after the prompt was posted. Recalls, interrupts by other clients and lost owners do not count. */
  countsAsFailure: boolean;
  /** Shown to the person when this was the last try. */
  error: TaskError;
  /** It fails with this try, however few failures it had. */
  isLast?: true;
  /** Not to be assigned again before this. */
  notBefore?: Date;
}

/** Back to `queued` for another attempt, or failed when the failures are used up. `lost`: nothing was changed. */
export function requeueTask(
  deps: Deps,
  fence: RanFence,
  requeue: Requeue,
): Promise<'queued' | 'failed' | 'lost'> {
  return commitAndPublish(deps, async (trx) => {
    if (!(await holdsFence(trx, fence))) return 'lost';
    const { from, to: status, event } = taskMoves.requeue;
    const task = await current(fence, from)(trx).forUpdate();
    if (!task) return 'lost';
    const failures = task.failures + (requeue.countsAsFailure ? 1 : 0);
    if (requeue.isLast || failures >= failuresAllowed) {
      await task.$query(trx).patch({ failures });
      await endAsFailed(deps, trx, fence, requeue);
      return 'failed';
    }
    const now = deps.clock.now();
    await task.$query(trx).patch({
      status,
      failures,
      startedAt: null,
      notBefore: requeue.notBefore ?? null,
      updatedAt: now,
    });
    await freeSlot(deps, trx, fence, requeue.fault);
    await recordEvent(trx, event, task, { attempt: fence.attempt }, now);
    return 'queued';
  });
}

/** Gives back the slot of an attempt whose task ended without it (cancelled), once the backend let go of the prompt. */
export function releaseSlot(deps: Deps, fence: RanFence, fault: string): Promise<boolean> {
  return commitAndPublish(deps, async (trx) => {
    if (!(await holdsFence(trx, fence))) return false;
    const open = await current(fence, statusesAtWork)(trx).select('id');
    if (open) return false;
    await freeSlot(deps, trx, fence, fault);
    return true;
  });
}

export const listSlots = async (database: Database, backendId: string): Promise<Slot[]> =>
  Slot.query(database).where({ backendId }).orderBy('slot');
