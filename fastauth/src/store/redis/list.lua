-- The owner's sessions. What Redis itself has forgotten leaves the list.
-- KEYS: the owner's list. ARGV: the root of sessions.
local sessions = {}
for _, id in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
    local session = redis.call('HGETALL', ARGV[1] .. id)
    if #session == 0 then
        redis.call('ZREM', KEYS[1], id)
    else
        sessions[#sessions + 1] = session
    end
end
return sessions
