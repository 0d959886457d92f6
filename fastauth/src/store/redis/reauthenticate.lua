-- Notes that its owner has just proved who they are.
-- KEYS: the session. ARGV: now.
local idle, ends = unpack(redis.call('HMGET', KEYS[1], 'idle_until', 'expires_at'))
local now = tonumber(ARGV[1])
if not idle or now >= tonumber(idle) or now >= tonumber(ends) then return 0 end
redis.call('HSET', KEYS[1], 'authenticated_at', ARGV[1])
return 1
