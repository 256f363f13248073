import { readDigitsOfData } from './streamMark.ts';

/**
 * Publishes a batch, in order, as one step: an event is in its streams and on its channels or neither. A relay that
 * lost its lease publishes nothing. An event that is already in its stream is skipped, so a relay that died between
 * publishing and marking leaves no duplicate. Where the clock of the event's writer ran behind an earlier event, the
 * id takes the stream's time: ids in a stream only grow. Such an event is looked for at the end of the stream: less
 * than two further batches can lie after a batch that was not marked as sent.
 *
 * KEYS: the lease, then one stream an event and stream.
 * ARGV: the relay's id, milliseconds a stream lives, 12 random digits for streams that begin now, then for each of
 * those streams: channel, milliseconds of the event, outbox id, entry, message without seq and mark, length the stream
 * is capped at.
 * Returns the number of entries added, or -1 when the lease is another's.
 */
export const publishScript = `${readDigitsOfData}
local function isHeld(key, id, n)
  if #redis.call('XRANGE', key, id, id) > 0 then return true end
  for _, entry in ipairs(redis.call('XREVRANGE', key, '+', id, 'COUNT', 300)) do
    if tonumber(string.match(entry[1], '%-(%d+)$')) == n then return true end
  end
  return false
end

if redis.call('GET', KEYS[1]) ~= ARGV[1] then return -1 end
local data = readDigitsOfData()
local added = 0
for i = 2, #KEYS do
  local at = 3 + (i - 2) * 6
  local ms, n = tonumber(ARGV[at + 2]), tonumber(ARGV[at + 3])
  local id = ARGV[at + 2] .. '-' .. ARGV[at + 3]
  if not isHeld(KEYS[i], id, n) then
    local mark = data and data .. ARGV[3]
    local last = redis.call('XREVRANGE', KEYS[i], '+', '-', 'COUNT', 1)[1]
    if last then
      local lastMark = last[2][4]
      if data and lastMark and string.sub(lastMark, 1, 12) == data then mark = lastMark end
      local lastMs, lastN = string.match(last[1], '(%d+)-(%d+)')
      lastMs, lastN = tonumber(lastMs), tonumber(lastN)
      if ms < lastMs or (ms == lastMs and n <= lastN) then
        ms = lastMs
        if n <= lastN then ms = lastMs + 1 end
        id = string.format('%.0f-%.0f', ms, n)
      end
    end
    local fields, message = { 'event', ARGV[at + 4] }, ARGV[at + 5]
    if mark then
      fields[3], fields[4] = 'mark', mark
      message = string.gsub(message, '{', '{"mark":"' .. mark .. '",', 1)
    end
    redis.call('XADD', KEYS[i], 'MAXLEN', '~', ARGV[at + 6], id, unpack(fields))
    redis.call('PEXPIRE', KEYS[i], ARGV[2])
    redis.call('PUBLISH', ARGV[at + 1], id .. ' ' .. message)
    added = added + 1
  end
end
return added
`;

/**
 * Takes the lease, or renews one's own. KEYS: the lease. ARGV: the relay's id, milliseconds the lease lives.
 * Returns 1, or 0 when another relay holds it.
 */
export const leaseScript = `
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
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
