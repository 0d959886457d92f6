-- Signs in again and again, with no pause, whatever the answer.
local threads = {}

function setup(thread)
    table.insert(threads, thread)
end

function init(arguments)
    wrk.method = "POST"
    wrk.body = arguments[1]
    wrk.headers["Content-Type"] = "application/json"
    granted, overloaded, others = 0, 0, 0
end

function response(status)
    if status == 200 then
        granted = granted + 1
    elseif status == 503 then
        overloaded = overloaded + 1
    else
        others = others + 1
    end
end

function done()
    local sum = { granted = 0, overloaded = 0, others = 0 }
    for _, thread in ipairs(threads) do
        for name in pairs(sum) do
            sum[name] = sum[name] + thread:get(name)
        end
    end
    for name, count in pairs(sum) do
        print("count " .. name .. " " .. count)
    end
end
