-- Uses a refresh token: the rule of `store/refresh.rs`, in one step.
-- KEYS: the session, all ends.
-- ARGV: the id, the root of owners, presented, child, now, grace, idle until, for how long to keep it
-- in ms.
local kept = redis.call('HMGET', KEYS[1],
    'owner', 'idle_until', 'expires_at', 'credential', 'parent', 'rotated_at')
local owner, idle, ends, current, parent, rotated = unpack(kept)
local now = tonumber(ARGV[5])
if not owner or now >= tonumber(idle) or now >= tonumber(ends) then return {'gone', {}} end
local list, member = ARGV[2] .. owner, ARGV[1] .. ':' .. owner

if current == ARGV[3] then
    local until_then = ARGV[7]
    -- Of two texts one is taken: a number that Lua prints is not the number it read.
    if tonumber(ends) < tonumber(until_then) then until_then = ends end
    redis.call('HSET', KEYS[1], 'credential', ARGV[4], 'parent', ARGV[3], 'rotated_at', ARGV[5],
        'last_used_at', ARGV[5], 'idle_until', until_then)
    redis.call('PEXPIRE', KEYS[1], ARGV[8])
    redis.call('ZADD', list, until_then, ARGV[1])
    redis.call('ZADD', KEYS[2], until_then, member)
    if redis.call('PTTL', list) < tonumber(ARGV[8]) then
        redis.call('PEXPIRE', list, ARGV[8])
    end
    return {'rotated', redis.call('HGETALL', KEYS[1])}
end

local session = redis.call('HGETALL', KEYS[1])
if parent == ARGV[3] and current == ARGV[4] then
    local distance = math.abs(now - tonumber(rotated))
    if distance <= tonumber(ARGV[6]) then return {'replayed', session} end
end
redis.call('DEL', KEYS[1])
redis.call('ZREM', list, ARGV[1])
redis.call('ZREM', KEYS[2], member)
return {'reused', session}
