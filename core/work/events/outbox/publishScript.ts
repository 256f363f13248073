import { createRedisScript } from '../../../ground/redis/redisScript.ts';

/**
 * Publishes events, in order, as one step: an event is in its streams and on its channels or neither.
 *
 * For each task the script keeps the number of the event published last. One that has this number or a lower one is
 * skipped, so the relay and the process that made the event may both publish it: clients see it once. One whose
 * predecessor is not published yet is refused, with all after it, so clients see the events of a task in their order.
 * The number lives for an hour, which is longer than a commit or a batch may take to be published; after it the entry
 * in the stream still tells. It is looked for where it can be: ids in a stream only grow, so one above the last is not
 * there. A relay that lost its lease publishes nothing. Events with links to files are refused from a process that signs
 * others than the relay: the machine of a dispatcher may reach the files by another address.
 *
 * Where the clock of the event's writer ran behind an earlier event, the id takes the stream's time.
 *
 * A stream's life is renewed once an hour of its events.
 *
 * KEYS: the lease, the relay's links, then for each event: the task's number, its streams.
 * ARGV: the relay's id (empty: no relay), milliseconds a stream lives, 12 random digits for streams that begin now,
 * the links of the process (empty: the events have none), the digits of the data (empty: unknown), then for each event: how many streams, milliseconds of the event, outbox id, the id that must be published before,
 * entry, message without seq and mark, and for each stream: channel, length it is capped at.
 * Returns the number of entries added, -1 when the lease is another's, -2 when an event was refused.
 */
export const publishScript = createRedisScript(`
local data = ARGV[5]
local lasts = {}

local function readLast(key)
  if lasts[key] then return lasts[key] end
  local last, entry = {}, redis.call('XREVRANGE', key, '+', '-', 'COUNT', 1)[1]
  if entry then
    local ms, n = string.match(entry[1], '(%d+)-(%d+)')
    last = { ms = tonumber(ms), n = tonumber(n), mark = entry[2][4] }
  end
  lasts[key] = last
  return last
end

local function add(key, channel, cap, ms, n, entry, message)
  local id = string.format('%.0f-%.0f', ms, n)
  local last = readLast(key)
  if last.ms and (ms < last.ms or (ms == last.ms and n <= last.n)) then
    if #redis.call('XRANGE', key, id, id) > 0 then return 0 end
    ms = last.ms
    if n <= last.n then ms = last.ms + 1 end
    id = string.format('%.0f-%.0f', ms, n)
  end
  local mark = data ~= '' and data .. ARGV[3] or nil
  if mark and last.mark and string.sub(last.mark, 1, 12) == data then mark = last.mark end
  local fields = { 'event', entry }
  if mark then
    fields[3], fields[4] = 'mark', mark
    message = string.gsub(message, '{', '{"mark":"' .. mark .. '",', 1)
  end
  redis.call('XADD', key, 'MAXLEN', '~', cap, id, unpack(fields))
  if not last.ms or math.floor(ms / 3600000) ~= math.floor(last.ms / 3600000) then
    redis.call('PEXPIRE', key, ARGV[2])
  end
  lasts[key] = { ms = ms, n = n, mark = mark }
  redis.call('PUBLISH', channel, id .. ' ' .. message)
  return 1
end

local asked, place, key, at = { KEYS[1], KEYS[2] }, {}, 3, 6
while key <= #KEYS do
  if not place[KEYS[key]] then
    asked[#asked + 1] = KEYS[key]
    place[KEYS[key]] = #asked
  end
  key, at = key + 1 + tonumber(ARGV[at]), at + 6 + 2 * tonumber(ARGV[at])
end
local kept = redis.call('MGET', unpack(asked))
if ARGV[1] ~= '' and kept[1] ~= ARGV[1] then return -1 end
if ARGV[1] == '' and ARGV[4] ~= '' and kept[2] ~= ARGV[4] then return -2 end
local result, numbers, noted = 0, {}, {}
key, at = 3, 6
while key <= #KEYS do
  local streams, n = tonumber(ARGV[at]), tonumber(ARGV[at + 2])
  local told = tonumber(numbers[KEYS[key]] or kept[place[KEYS[key]]] or 0)
  numbers[KEYS[key]] = told
  if told < tonumber(ARGV[at + 3]) then
    result = -2
    break
  end
  if told < n then
    for i = 1, streams do
      local channel, cap = ARGV[at + 4 + 2 * i], ARGV[at + 5 + 2 * i]
      result = result + add(KEYS[key + i], channel, cap, tonumber(ARGV[at + 1]), n, ARGV[at + 4], ARGV[at + 5])
    end
    numbers[KEYS[key]], noted[KEYS[key]] = n, ARGV[at + 2]
  end
  key, at = key + 1 + streams, at + 6 + 2 * streams
end
for number, n in pairs(noted) do redis.call('SET', number, n, 'PX', 3600000) end
return result
`);

/**
 * Takes the lease, or renews one's own, and says which links its holder signs. KEYS: the lease, the links. ARGV: the
 * relay's id, milliseconds the lease lives, the links. Returns 1, or 0 when another relay holds it.
 */
export const leaseScript = `
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
redis.call('SET', KEYS[2], ARGV[3])
return 1
`;

/**
 * Renews a lease that is still held. A lost one is not taken again: another relay may have published what this one
 * has read. KEYS and ARGV as above. Returns 1, or 0 when it is lost.
 */
export const renewScript = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
`;

/** Gives the lease back, unless another took it. KEYS: the lease. ARGV: the relay's id. */
export const releaseScript = `
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 1
`;
