import type { Transaction } from '../../ground/db/connect.ts';
import { filmDeskUrl } from '../../ground/db/models/backend.ts';
import { type Answer, affectedBy, requireMet, rowsOf, type Statement } from '../../ground/db/packet.ts';
import { Problem } from '../../ground/errors.ts';
import { utcDay } from '../../ground/runtime/utcDay.ts';
import type { QuotasInForce } from './quotas.ts';

const dayMs = 86_400_000;

/** Statements that count, for a packet with others. */
export interface CountedDay {
  statements: readonly Statement[];
  /** The same for a packet that commits: at a limit it ends (`isUnmet`), without the reason. */
  atOnce: readonly Statement[];
  /** @throws Problem `daily-limit`; nothing may be committed then. */
  confirm(answers: readonly Answer[]): Promise<void>;
}

/** So that there is a row to count in. */
export const makeDay = (trx: Transaction, key: { userId: string; day: string }) =>
  trx('person_days')
    .insert({ ...key, tasks: 0, gpuMs: 0 })
    .onConflict()
    .merge({ tasks: trx.raw('tasks') });

export const nothing: CountedDay = { statements: [], atOnce: [], async confirm() {} };

/**
 * Counts one more task of this day, in UTC, for a person with a limit. Others of the same person wait at the row until
 * this transaction ends; one that is rolled back has counted nothing.
 */
export function countDay(
  trx: Transaction,
  userId: string,
  { tasksPerDay, gpuSecondsPerDay }: Pick<QuotasInForce, 'tasksPerDay' | 'gpuSecondsPerDay'>,
  now: Date,
): CountedDay {
  if (tasksPerDay === null && gpuSecondsPerDay === null) return nothing;
  const key = { userId, day: utcDay(now) };
  const made = makeDay(trx, key);
  const counted = trx('person_days')
    .where(key)
    .where('tasks', '<', tasksPerDay ?? Number.MAX_SAFE_INTEGER)
    .where('gpuMs', '<', (gpuSecondsPerDay ?? Number.MAX_SAFE_INTEGER / 1_000) * 1_000)
    .update({ tasks: trx.raw('tasks + 1') });
  return {
    statements: [made, counted],
    atOnce: [made, counted, requireMet(trx)],
    async confirm([, met]) {
      if (affectedBy(met) === 1) return;
      const { tasks } = await trx('person_days').where(key).first('tasks');
      const isCount = tasksPerDay !== null && tasks >= tasksPerDay;
      const had = isCount ? `your ${tasksPerDay} tasks` : `your ${gpuSecondsPerDay} GPU-seconds`;
      throw new Problem('daily-limit', `You have had ${had} of today. Come back after midnight UTC.`, {
        retryAfterSeconds: Math.ceil((dayMs - (now.getTime() % dayMs)) / 1_000),
      });
    },
  };
}

/** Whose time an attempt took on a GPU, and how long: a statement before the one that adds it. */
export const gpuTimeOf = (
  trx: Transaction,
  { taskId, attempt }: { taskId: string; attempt: number },
): Statement =>
  trx('attempts')
    .join('tasks', 'tasks.id', 'attempts.taskId')
    .join('backends', 'backends.id', 'attempts.backendId')
    .where({ 'attempts.taskId': taskId, 'attempts.attempt': attempt })
    .whereNot('backends.url', filmDeskUrl)
    .select('tasks.userId', 'attempts.ranMs');

interface GpuTime {
  userId: string;
  ranMs: number | null;
}

/** @param answer to `gpuTimeOf` */
export const readGpuTime = (trx: Transaction, answer: Answer | undefined): GpuTime | undefined =>
  rowsOf<GpuTime>(trx, answer)[0];

/**
 * Adds the time on the GPU of an attempt, which this transaction has just ended, to its person's day. With values alone:
 * a statement that also reads is refused (1020) where another settlement of that day was committed since it began.
 */
export function addGpuTime(trx: Transaction, time: GpuTime | undefined, now: Date): Statement[] {
  if (!time?.ranMs) return [];
  return [
    trx.raw(
      `INSERT INTO person_days (user_id, day, tasks, gpu_ms) VALUES (?, ?, 0, ?)
       ON DUPLICATE KEY UPDATE gpu_ms = gpu_ms + VALUES(gpu_ms)`,
      [time.userId, utcDay(now), time.ranMs],
    ),
  ];
}

/** Adds the days of a joined account to those of the account that stays. */
export async function joinPersonDays(trx: Transaction, fromId: string, intoId: string): Promise<void> {
  // Waits for an acceptance that is just counting; the next statement alone would not.
  const days = await trx('person_days').select('day').where({ userId: fromId }).forUpdate();
  if (days.length === 0) return;
  await trx.raw(
    `INSERT INTO person_days (user_id, day, tasks, gpu_ms, kept_bytes)
     SELECT ?, moved.day, moved.tasks, moved.gpu_ms, moved.kept_bytes FROM person_days moved WHERE moved.user_id = ?
     ON DUPLICATE KEY UPDATE person_days.tasks = person_days.tasks + VALUES(tasks),
       person_days.gpu_ms = person_days.gpu_ms + VALUES(gpu_ms),
       person_days.kept_bytes = person_days.kept_bytes + VALUES(kept_bytes)`,
    [intoId, fromId],
  );
  await trx('person_days').where({ userId: fromId }).delete();
}
