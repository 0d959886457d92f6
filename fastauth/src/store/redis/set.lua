-- Keeps a value until then.
-- KEYS: the value, all ends.
-- ARGV: its name, the value, until, how much longer to keep it in ms, how long at the most; now where
-- a living one stays.
local now
if ARGV[6] ~= '' then
    now = tonumber(ARGV[6])
    local ends = redis.call('HGET', KEYS[1], 'until')
    if ends and now < tonumber(ends) then return 0 end
else
    local time = redis.call('TIME')
    now = tonumber(time[1]) * 1000000 + tonumber(time[2])
end
local ms = math.min(math.max((tonumber(ARGV[3]) - now) / 1000, 0), tonumber(ARGV[5]))
redis.call('HSET', KEYS[1], 'value', ARGV[2], 'until', ARGV[3])
redis.call('PEXPIRE', KEYS[1], string.format('%.0f', ms + tonumber(ARGV[4])))
redis.call('ZADD', KEYS[2], ARGV[3], ARGV[1])
return 1
