-- Notes that a session was used, and lets it last a while longer.
-- KEYS: the session, all ends. ARGV: the id, the root of owners, now, idle until, for how long to keep
-- it in ms.
local owner, idle, ends = unpack(redis.call('HMGET', KEYS[1], 'owner', 'idle_until', 'expires_at'))
local now = tonumber(ARGV[3])
if not owner or now >= tonumber(idle) or now >= tonumber(ends) then return 0 end
local list, until_then = ARGV[2] .. owner, ARGV[4]
-- Of two texts one is taken: a number that Lua prints is not the number it read.
if tonumber(ends) < tonumber(until_then) then until_then = ends end
redis.call('HSET', KEYS[1], 'last_used_at', ARGV[3], 'idle_until', until_then)
redis.call('PEXPIRE', KEYS[1], ARGV[5])
redis.call('ZADD', list, until_then, ARGV[1])
redis.call('ZADD', KEYS[2], until_then, ARGV[1] .. ':' .. owner)
if redis.call('PTTL', list) < tonumber(ARGV[5]) then
    redis.call('PEXPIRE', list, ARGV[5])
end
return 1
