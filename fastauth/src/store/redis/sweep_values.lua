-- Forgets some of the values and counters that are over; says how many.
-- KEYS: all ends. ARGV: now, how many, the root of everything.
local over = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, ARGV[2])
for _, name in ipairs(over) do
    redis.call('DEL', ARGV[3] .. name)
    redis.call('ZREM', KEYS[1], name)
end
return #over
