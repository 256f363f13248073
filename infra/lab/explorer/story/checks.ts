import { invariants } from '@star-graph/core/desk/doctor/invariants';
import type { Redis } from '@star-graph/core/ground/redis/createRedis';
import { streamKey } from '@star-graph/core/ground/redis/redisKeys';
import type { Backend } from '../world/comfyBackend.ts';
import type { Receiver } from '../world/receiver.ts';
import type { Seen } from './seen.ts';
import { type AttemptRow, attemptsSql } from './witness.ts';

type Ask = (sql: string) => Promise<unknown>;

type Row = Record<string, string | number | null>;

/** What stands in the database after a commit, in one packet. */
export interface Look {
  /** Of the rules of `doctor --deep`. */
  broken: string[];
  rest: Rest;
  attempts: AttemptRow[];
  /** Where the tasks are, in words: how many of these a run reaches says how much it saw. */
  state: string;
}

/** Asks in one packet for all whose tables may have changed since it was asked last. */
export function createLook(ask: Ask, stampOf: (sql: string) => string): () => Promise<Look> {
  const known = new Map<string, { stamp: string; rows: readonly Row[] }>();
  const rowsOf = (sql: string) => known.get(sql)?.rows ?? [];
  return async () => {
    const due = looks.map((sql) => ({ sql, stamp: stampOf(sql) }));
    const changed = due.filter(({ sql, stamp }) => known.get(sql)?.stamp !== stamp);
    // An answer of its own for each, though it be one.
    const answers = (await ask(['DO 0', ...changed.map(({ sql }) => sql)].join(';'))) as Row[][];
    for (const [at, { sql, stamp }] of changed.entries())
      known.set(sql, { stamp, rows: answers[at + 1] ?? [] });
    return {
      broken: Object.entries(invariants).flatMap(([name, select]) => {
        const [row] = rowsOf(select);
        return row ? [`the rule “${name}” is broken by ${Object.values(row)[0]}`] : [];
      }),
      rest: restOf(rowsOf(restSql)),
      attempts: rowsOf(attemptsSql) as unknown as AttemptRow[],
      state: rowsOf(stateSql)
        .map(({ word }) => word)
        .join('; '),
    };
  };
}

/** What is left to be done. */
export interface Rest {
  openTasks: number;
  slots: number;
  openAttempts: number;
  unsent: number;
}

const restSql = `SELECT
    (SELECT COUNT(*) FROM tasks WHERE status IN ('queued', 'assigned', 'running')) AS openTasks,
    (SELECT COUNT(*) FROM slots WHERE task_id IS NOT NULL) AS slots,
    (SELECT COUNT(*) FROM attempts WHERE state <> 'ended') AS openAttempts,
    (SELECT COUNT(*) FROM outbox WHERE sent_at IS NULL) AS unsent`;

export const readRest = async (ask: Ask): Promise<Rest> => restOf((await ask(restSql)) as Row[]);

function restOf([row]: readonly Row[]): Rest {
  const number = (key: keyof Rest) => Number(row?.[key] ?? 0);
  return {
    openTasks: number('openTasks'),
    slots: number('slots'),
    openAttempts: number('openAttempts'),
    unsent: number('unsent'),
  };
}

/** What the people of the story were told, by the key of their request. */
export interface Told {
  key: string;
  ids: Set<string>;
  cancels: Set<'done' | 'refused'>;
}

const ends = new Set(['task_completed', 'task_failed', 'task_cancelled']);

/** What can be known only when all is over. */
export async function checkEnd(
  ask: Ask,
  {
    told,
    backends,
    redis,
    userId,
    seen,
    receiver,
  }: {
    told: readonly Told[];
    backends: readonly Backend[];
    redis: Redis;
    userId: string;
    seen: Seen;
    receiver: Receiver | undefined;
  },
): Promise<string[]> {
  const faults: string[] = [];
  const tasks = (await ask('SELECT id, status FROM tasks')) as Row[];
  const byId = new Map(tasks.map((task) => [String(task.id), String(task.status)]));
  for (const { key, ids, cancels } of told) {
    if (ids.size !== 1) faults.push(`the request ${key} became ${ids.size} tasks`);
    const status = byId.get([...ids][0] ?? '');
    if (cancels.has('done') && status !== 'cancelled') faults.push(`a cancelled task is ${status}`);
    if (cancels.has('refused') && status === 'cancelled')
      faults.push('a task whose cancel was refused is cancelled');
  }
  if (tasks.length !== told.length) faults.push(`${told.length} requests became ${tasks.length} tasks`);
  faults.push(...(await checkEvents(ask, { redis, userId, seen })));
  faults.push(...(await checkPrompts(ask, backends, seen)));
  if (receiver) faults.push(...(await checkWebhook(ask, receiver, seen)));
  const outputs = (await ask(
    `SELECT t.id FROM tasks t LEFT JOIN assets a ON a.task_id = t.id AND a.kind <> 'input'
     GROUP BY t.id, t.status HAVING COUNT(a.id) <> IF(t.status = 'succeeded', 1, 0)`,
  )) as Row[];
  if (outputs.length > 0) faults.push(`the task ${outputs[0]?.id} has a wrong number of outputs`);
  return faults;
}

async function checkEvents(
  ask: Ask,
  { redis, userId, seen }: { redis: Redis; userId: string; seen: Seen },
): Promise<string[]> {
  const faults: string[] = [];
  const rows = (await ask('SELECT id, task_id AS taskId, type FROM outbox ORDER BY id')) as Row[];
  const types = new Map<string, string[]>();
  for (const { taskId, type } of rows)
    types.set(String(taskId), [...(types.get(String(taskId)) ?? []), String(type)]);
  for (const [taskId, all] of types) {
    if (all[0] !== 'task_created') faults.push(`the first event of ${taskId} is ${all[0]}`);
    const count = all.filter((type) => ends.has(type)).length;
    if (count !== 1 || !ends.has(all.at(-1) ?? ''))
      faults.push(`the events of ${taskId} are ${all.join(', ')}`);
  }
  const numbers = await readTold(redis, userId);
  const taskOf = new Map(rows.map(({ id, taskId }) => [Number(id), String(taskId)]));
  const last = new Map<string, number>();
  for (const number of numbers) {
    const taskId = taskOf.get(number) ?? '';
    if ((last.get(taskId) ?? 0) > number) faults.push(`the events of ${taskId} were told out of order`);
    last.set(taskId, Math.max(number, last.get(taskId) ?? 0));
  }
  if (new Set(numbers).size !== numbers.length) faults.push('an event was told twice');
  const missing = rows.filter(({ id }) => !numbers.includes(Number(id)) && !seen.toldBefore.has(Number(id)));
  if (missing.length > 0) faults.push(`${missing.length} events were never told`);
  return faults;
}

/** The numbers of the events that whoever reads the stream is told. */
export async function readTold(redis: Redis, userId: string): Promise<number[]> {
  const entries = await redis.xrange(streamKey('story:', { kind: 'user', id: userId }), '-', '+');
  return entries.map(([id]) => Number(id.split('-')[1]));
}

async function checkPrompts(ask: Ask, backends: readonly Backend[], seen: Seen): Promise<string[]> {
  const faults: string[] = [];
  const attempts = (await ask(
    `SELECT a.task_id AS taskId, a.prompt_id AS promptId, t.status, m.id AS releaseId FROM attempts a
     JOIN tasks t ON t.id = a.task_id LEFT JOIN transfers m ON m.task_id = t.id AND m.kind = 'release'`,
  )) as Row[];
  const statusOf = new Map(attempts.map(({ taskId, status }) => [String(taskId), status]));
  if (attempts.some(({ status, releaseId }) => status === 'failed' && releaseId !== null))
    seen.sometimes.add('credits came back after a failure');
  const taskOf = new Map(attempts.map(({ promptId, taskId }) => [String(promptId), String(taskId)]));
  const successes = new Map<string, number>();
  for (const backend of backends) {
    const { name, begun, finished, forgotten } = backend;
    for (const [promptId, times] of begun) {
      if (!taskOf.has(promptId)) faults.push(`${name} ran a prompt that no attempt names`);
      if (times > 1) faults.push(`${name} ran a prompt ${times} times`);
    }
    const held = backend.held().length;
    if (held > 0) faults.push(`${name} still holds ${held} prompts`);
    for (const promptId of finished) {
      if (forgotten.has(promptId)) continue;
      const taskId = taskOf.get(promptId) ?? '';
      if (statusOf.get(taskId) === 'cancelled')
        seen.sometimes.add('a task was cancelled although its result was there');
      successes.set(taskId, (successes.get(taskId) ?? 0) + 1);
    }
  }
  if (!seen.mayRunTwice)
    for (const [taskId, count] of successes)
      if (count > 1) faults.push(`the task ${taskId} was run to success ${count} times`);
  return faults;
}

/** Each event was told to the person's program, or is about to be. */
async function checkWebhook(ask: Ask, { heard }: Receiver, { sometimes }: Seen): Promise<string[]> {
  const rows = (await ask(
    `SELECT o.id, e.outbox_id AS waiting, d.id AS delivery, d.delivered_at AS deliveredAt, d.failed_at AS failedAt
     FROM outbox o LEFT JOIN webhook_events e ON e.outbox_id = o.id AND e.failed_at IS NULL
     LEFT JOIN webhook_deliveries d ON d.outbox_id = o.id`,
  )) as Row[];
  if (heard.size > 0) sometimes.add('a webhook was told');
  if ([...heard.values()].some((times) => times > 1)) sometimes.add('a webhook was told again');
  return rows.flatMap(({ id, waiting, delivery, deliveredAt, failedAt }) => {
    if (delivery === null) return waiting === null ? [`the event ${id} reaches no webhook`] : [];
    if (failedAt !== null) return [`the event ${id} was given up`];
    return deliveredAt !== null && !heard.has(String(delivery))
      ? [`the event ${id} was never delivered`]
      : [];
  });
}

const stateSql = `SELECT CONCAT_WS(' ', t.status, a.state, s.slot, b.owner IS NULL, b.state) AS word FROM tasks t
     LEFT JOIN attempts a ON a.task_id = t.id AND a.attempt = t.attempt LEFT JOIN slots s ON s.task_id = t.id
     LEFT JOIN backends b ON b.id = a.backend_id ORDER BY word`;

/** Each rule answers with the rows that break it. */
const looks: readonly string[] = [...Object.values(invariants), restSql, attemptsSql, stateSql];
