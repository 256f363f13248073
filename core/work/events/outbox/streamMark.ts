import type { Redis } from '../../../ground/redis/createRedis.ts';
import type { Clock } from '../../../ground/runtime/clock.ts';
import { createFreshView, type FreshView } from '../../../ground/runtime/freshView.ts';

/*
 * The mark of a stream: 12 digits for the data that Redis holds, 12 for the beginning of the stream. It answers one
 * question: does the stream hold all that was ever added to it after this entry?
 *
 * A Redis that comes back may have lost its last seconds or minutes: an older dump, a file that was cut short, a replica
 * that had not received everything. Its streams then look whole, and the entry that a client saw last may be the last
 * one there. So each entry keeps the mark under which it was added, each seq carries it, and a client resumes only from
 * an entry
 * - that is in the stream with the mark of the client's seq, and
 * - whose mark begins with the digits of the data that Redis holds now.
 *
 * That is enough. The digits come from `run_id`, which is new with each start of the program, and `master_replid`,
 * which is new when a replica takes over and when a server takes over another's data. The same digits therefore mean
 * that the data of the entry's time were in memory ever since. In memory a stream grows at its end and is cut at its
 * beginning. If it is removed as a whole (FLUSHALL, expiry, eviction), the entry goes too. If the relay publishes
 * that entry again, the stream has begun anew, with 12 random digits that the client's seq does not have. In every
 * other case the client gets a snapshot from the database, even where Redis lost nothing.
 *
 * Where Redis refuses INFO to this program there is no mark, and every resumption is a snapshot.
 */

/** Lua: the digits of the data that Redis holds now, or nil. */
const readDigitsOfData = `
local function readDigitsOfData()
  local said = redis.pcall('INFO', 'server', 'replication')
  if type(said) ~= 'string' then return nil end
  local run, data = string.match(said, 'run_id:(%x+)'), string.match(said, 'master_replid:(%x+)')
  return run and data and string.sub(redis.sha1hex(run .. data), 1, 12)
end
`;

const digitsScript = `${readDigitsOfData}
return readDigitsOfData() or ''
`;

const lookAgainMs = 1_000;
const views = new WeakMap<Redis, FreshView<string>>();

/**
 * The digits for entries that are added now; empty where they are unknown. They are read with each connection, and
 * again when they are a second old, since a server may change its data under an open one. Until then entries may get
 * digits of data that are gone. No data have these again, so whoever resumes from such an entry gets a snapshot.
 */
export async function digitsOfData({ redis, clock }: { redis: Redis; clock: Clock }): Promise<string> {
  let view = views.get(redis);
  if (!view) {
    view = createFreshView({ clock }, lookAgainMs, async () => String(await redis.eval(digitsScript, 0)));
    views.set(redis, view);
    redis.once('ready', () => views.delete(redis));
  }
  const { latest } = view;
  if (latest === undefined) return view.read();
  // Where Redis does not answer, the event is not published either.
  if (view.ageMs() >= lookAgainMs) view.read().catch(() => undefined);
  return latest;
}

export const isOfData = (mark: string, digits: string): boolean => digits !== '' && mark.startsWith(digits);

/** The fields of an entry: `event`, its fact; `mark`, absent where Redis did not give the digits. */
export const markOf = (fields: readonly string[]): string | undefined => fields[3];

/**
 * One page of a stream, and the digits of the data it was read from. KEYS: the stream. ARGV: the id to begin at,
 * entries at most.
 */
export const readPageScript = `${readDigitsOfData}
return { readDigitsOfData() or '', redis.call('XRANGE', KEYS[1], ARGV[1], '+', 'COUNT', ARGV[2]) }
`;
