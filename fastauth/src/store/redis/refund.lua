-- Gives back to budgets: all of it, or one.
-- KEYS: the budgets, all ends. ARGV: for each budget its name, and whether all of it.
for i = 1, #KEYS - 1 do
    if ARGV[2 * i] == '1' then
        redis.call('DEL', KEYS[i])
        redis.call('ZREM', KEYS[#KEYS], ARGV[2 * i - 1])
    elseif tonumber(redis.call('HGET', KEYS[i], 'spent') or '0') > 0 then
        redis.call('HINCRBY', KEYS[i], 'spent', -1)
        redis.call('HSET', KEYS[i], 'free', '0')
    end
end
return 1
