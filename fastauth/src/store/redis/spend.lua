-- Spends one from each budget, or from none where one of them has nothing left. A time is text
-- where it is kept: Lua's own numbers are exact to 2^53 only, which is enough to compare.
-- KEYS: the budgets, all ends.
-- ARGV: now; for each budget its name, what a full one has after it (free, ends), the latest end, the
-- limit, for how long to keep it in ms, and of its delays how often they double (less than nought:
-- there are none), the first, the longest, for how long they are kept.
local now, spent_up, accounts = tonumber(ARGV[1]), -1, {}
for i = 1, #KEYS - 1 do
    local at = 2 + (i - 1) * 10
    local limit, doublings = tonumber(ARGV[at + 4]), tonumber(ARGV[at + 6])
    local kept = redis.call('HMGET', KEYS[i], 'spent', 'free', 'until')
    local spent, free, ends = tonumber(kept[1]), tonumber(kept[2]), tonumber(kept[3])
    if not ends or ends <= now or tonumber(ARGV[at + 3]) < ends then
        spent, free, ends = 1, tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2])
    elseif now < free then
        return { i - 1, string.format('%.0f', free) }
    else
        spent, free = spent + 1, 0
        if limit <= spent then
            if doublings < 0 then
                free = ends
            else
                local beyond = spent - limit
                free = now + (beyond < doublings and tonumber(ARGV[at + 7]) * 2 ^ beyond or tonumber(ARGV[at + 8]))
                ends = now + tonumber(ARGV[at + 9])
            end
        end
    end
    if now < free then spent_up = i - 1 end
    accounts[i] = { spent, string.format('%.0f', free), string.format('%.0f', ends) }
end
for i, account in ipairs(accounts) do
    local at = 2 + (i - 1) * 10
    redis.call('HSET', KEYS[i], 'spent', account[1], 'free', account[2], 'until', account[3])
    redis.call('PEXPIRE', KEYS[i], ARGV[at + 5])
    redis.call('ZADD', KEYS[#KEYS], account[3], ARGV[at])
end
return { spent_up, false }
