-- Forgets some of the sessions that are over; says how many.
-- KEYS: all ends. ARGV: now, how many, the root of sessions, the root of owners.
local over = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, ARGV[2])
for _, member in ipairs(over) do
    local id, owner = string.sub(member, 1, 36), string.sub(member, 38)
    redis.call('DEL', ARGV[3] .. id)
    redis.call('ZREM', ARGV[4] .. owner, id)
    redis.call('ZREM', KEYS[1], member)
end
return #over
