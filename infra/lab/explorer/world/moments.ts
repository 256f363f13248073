/**
 * Moves that matter, by what is asked: SQL in one line, a request to ComfyUI, a message of it, or what is asked of Redis.
 * Strikes fall near them, because most of a story is looks that find nothing new. None names the condition that is its
 * guard, or it would not be found where the guard is taken out.
 */
const texts = {
  accept: /insert into `idempotency`|insert into `tasks`/,
  'plan is read': /^select `id`, `attempt` from `tasks` where `status`/,
  'plan is locked': /^BEGIN; select `id`, `paused_at` from `leader`/,
  assign: /^(BEGIN; )?insert into `?slots/i,
  'slots are read': /^select `slots`\.`task_id`/,
  'prompt is saved': /^UPDATE attempts SET state = 'posted'/,
  'start or end': /^(BEGIN; )?update `tasks` inner join `attempts`/,
  'owner is checked': /^(BEGIN; )?select `id` from `backends` where `id` = \?.* share/,
  'task is locked': /^(BEGIN; )?select `tasks`\.\* from `tasks` where .*(`user_id` = \?|for update$)/,
  'task is read': /^select `tasks`\.\* from `tasks` where `tasks`\.`id` = \?$/,
  'task is written': /^update `tasks` set `status`/,
  'slot is freed': /^delete from `slots`/,
  'server is taken': /^UPDATE backends SET epoch/,
  'lead is taken': /^UPDATE leader SET epoch/,
  'lease is renewed': /^UPDATE backends FORCE INDEX/,
  'requeue is asked': /^update `attempts` set `requeued_at`/,
  'settlement is made': /insert into `transfers`/,
  commit: /^COMMIT;?$/,
  'owner commits': /^COMMIT;? of “owner is checked”$/,
  'events are read': /^select `outbox`\.\* from `outbox` where `sent_at` is null/,
  'events are marked': /^update `outbox` set `sent_at`/,
  'events are published': /^publishes events$/,
  'relay publishes': /^publishes events as the relay$/,
  'relay asks for its lease': /^asks Redis for the relay’s lease$/,
  'webhook is claimed': /^update `webhook_deliveries` set `due_at`/,
  'webhook is posted': /^tells the webhook/,
  post: /^POST \/prompt/,
  remove: /^POST \/(queue|interrupt)/,
  'queue is read': /^GET \/queue/,
  'history is read': /^GET \/history/,
  'file is read': /^GET \/view/,
  'queue is answered': /^is answered GET \/queue/,
  'post is answered': /^is answered POST \/prompt/,
  'start is heard': /^is told “execution_start”/,
  'progress is heard': /^is told “progress”/,
  'end is heard': /^is told “execution_(success|error|interrupted)”/,
  'file is stored': /^writes a file/,
} as const;

export type Moment = keyof typeof texts;

export const moments = Object.keys(texts) as readonly Moment[];

const entries = Object.entries(texts) as [Moment, RegExp][];
const known = new Map<string, Moment | undefined>();

/** @param text in one line. */
export function momentOf(text: string): Moment | undefined {
  if (!known.has(text)) known.set(text, entries.find(([, pattern]) => pattern.test(text))?.[0]);
  return known.get(text);
}
