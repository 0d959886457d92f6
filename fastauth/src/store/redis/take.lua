-- Takes a value: of many that race, one gets it.
-- KEYS: the value, all ends. ARGV: its name, now.
local value, ends = unpack(redis.call('HMGET', KEYS[1], 'value', 'until'))
if not ends or tonumber(ARGV[2]) >= tonumber(ends) then return false end
redis.call('DEL', KEYS[1])
redis.call('ZREM', KEYS[2], ARGV[1])
return value
