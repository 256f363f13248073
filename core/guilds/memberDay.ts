import type { Transaction } from '../db/connect.ts';
import { Problem } from '../errors.ts';

/** How many tasks a member of a Discord server may have a day. */
export interface MemberQuota {
  guildId: string;
  tasksPerDay: number;
}

const dayMs = 86_400_000;

/**
 * Counts one more task of this day, in UTC. Others of the same person and server wait here until this transaction ends;
 * one that is rolled back has counted nothing.
 * @throws Problem `daily-limit`; nothing may be committed then.
 */
export async function countTaskOfDay(
  trx: Transaction,
  userId: string,
  { guildId, tasksPerDay }: MemberQuota,
  now: Date,
): Promise<void> {
  const key = { userId, guildId, day: now.toISOString().slice(0, 10) };
  await trx('member_days')
    .insert({ ...key, tasks: 1 })
    .onConflict()
    .merge({ tasks: trx.raw('tasks + 1') });
  const { tasks } = await trx('member_days').where(key).select('tasks').first();
  if (tasks <= tasksPerDay) return;
  throw new Problem(
    'daily-limit',
    `You have had your ${tasksPerDay} tasks of today in this server. Come back after midnight UTC.`,
    { retryAfterSeconds: Math.ceil((dayMs - (now.getTime() % dayMs)) / 1_000) },
  );
}
