/**
 * Publishes a batch, in order, as one step: an event is in its streams and on its channels or neither.
 * A relay that lost its lease publishes nothing, and an event that is in its stream already is passed over, so a relay
 * that died between publishing and marking leaves no duplicate behind. Where the clock of the event's writer ran
 * behind an earlier event, the id takes the stream's time: ids in a stream only grow.
 *
 * KEYS: the lease, then one stream an event and stream.
 * ARGV: the relay's id, milliseconds a stream lives, then for each of those streams: channel, milliseconds of the
 * event, outbox id, entry, message without seq, length the stream is capped at.
 * Returns the number of entries added, or -1 when the lease is another's.
 */
export const publishScript = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return -1 end
local added = 0
for i = 2, #KEYS do
  local at = 2 + (i - 2) * 6
  local ms, n = tonumber(ARGV[at + 2]), tonumber(ARGV[at + 3])
  local id = ARGV[at + 2] .. '-' .. ARGV[at + 3]
  if #redis.call('XRANGE', KEYS[i], id, id) == 0 then
    local last = redis.call('XREVRANGE', KEYS[i], '+', '-', 'COUNT', 1)[1]
    if last then
      local lastMs, lastN = string.match(last[1], '(%d+)-(%d+)')
      lastMs, lastN = tonumber(lastMs), tonumber(lastN)
      if ms < lastMs or (ms == lastMs and n <= lastN) then
        ms = lastMs
        if n <= lastN then ms = lastMs + 1 end
        id = string.format('%.0f-%.0f', ms, n)
      end
    end
    redis.call('XADD', KEYS[i], 'MAXLEN', '~', ARGV[at + 6], id, 'event', ARGV[at + 4])
    redis.call('PEXPIRE', KEYS[i], ARGV[2])
    redis.call('PUBLISH', ARGV[at + 1], id .. ' ' .. ARGV[at + 5])
    added = added + 1
  end
end
return added
`;

/**
 * Takes or renews the lease. KEYS: the lease. ARGV: the relay's id, milliseconds the lease lives.
 * Returns 1, or 0 when another relay holds it.
 */
export const leaseScript = `
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
`;

/** Gives the lease back, unless another took it. KEYS: the lease. ARGV: the relay's id. */
export const releaseScript = `
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 1
`;
