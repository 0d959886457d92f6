-- Ends all sessions of this owner but one; says how many.
-- KEYS: the owner's list, all ends. ARGV: the root of sessions, the owner, the id to keep or nothing.
local ended = 0
for _, id in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
    if id ~= ARGV[3] then
        ended = ended + redis.call('DEL', ARGV[1] .. id)
        redis.call('ZREM', KEYS[1], id)
        redis.call('ZREM', KEYS[2], id .. ':' .. ARGV[2])
    end
end
return ended
