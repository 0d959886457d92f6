-- Adds to a counter, which lives for its window from its first use. The sum is text: Lua's own
-- numbers are exact to 2^53 only.
-- KEYS: the counter, all ends. ARGV: its name, by, now, until, for how long to keep it in ms.
local ends = redis.call('HGET', KEYS[1], 'until')
if not ends or tonumber(ARGV[3]) >= tonumber(ends) then
    redis.call('HSET', KEYS[1], 'sum', '0', 'until', ARGV[4])
    redis.call('PEXPIRE', KEYS[1], ARGV[5])
    redis.call('ZADD', KEYS[2], ARGV[4], ARGV[1])
end
redis.call('HINCRBY', KEYS[1], 'sum', ARGV[2])
return redis.call('HGET', KEYS[1], 'sum')
