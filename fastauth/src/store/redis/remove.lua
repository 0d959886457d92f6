-- Forgets a value and a counter.
-- KEYS: the value, the counter, all ends. ARGV: their names.
redis.call('DEL', KEYS[1], KEYS[2])
redis.call('ZREM', KEYS[3], ARGV[1], ARGV[2])
return 1
