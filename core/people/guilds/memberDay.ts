import type { Transaction } from '../../ground/db/connect.ts';
import { Problem } from '../../ground/errors.ts';
import { utcDay } from '../../ground/runtime/utcDay.ts';

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
  const key = { userId, guildId, day: utcDay(now) };
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

/** Adds the counts of a joined account to those of the account that stays. */
export async function joinMemberDays(trx: Transaction, fromId: string, intoId: string): Promise<void> {
  // Waits for an acceptance that is just counting; the next statement alone would not.
  const days = await trx('member_days').select('day').where({ userId: fromId }).forUpdate();
  if (days.length === 0) return;
  await trx.raw(
    `INSERT INTO member_days (user_id, guild_id, day, tasks, shared_credits)
     SELECT ?, moved.guild_id, moved.day, moved.tasks, moved.shared_credits
     FROM member_days moved WHERE moved.user_id = ?
     ON DUPLICATE KEY UPDATE member_days.tasks = member_days.tasks + VALUES(tasks),
       member_days.shared_credits = member_days.shared_credits + VALUES(shared_credits)`,
    [intoId, fromId],
  );
  await trx('member_days').where({ userId: fromId }).delete();
}
