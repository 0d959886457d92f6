-- Ends one live session of this owner.
-- KEYS: the session, its owner's list, all ends. ARGV: the id, the owner, now.
local owner, idle, ends = unpack(redis.call('HMGET', KEYS[1], 'owner', 'idle_until', 'expires_at'))
local now = tonumber(ARGV[3])
if owner ~= ARGV[2] or now >= tonumber(idle) or now >= tonumber(ends) then return 0 end
redis.call('DEL', KEYS[1])
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('ZREM', KEYS[3], ARGV[1] .. ':' .. owner)
return 1
