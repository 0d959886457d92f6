-- Each thread has one connection and one session, whose refresh token it exchanges again and again.
local threads = {}

function setup(thread)
    thread:set("number", #threads + 1)
    table.insert(threads, thread)
end

function init(arguments)
    wrk.method = "POST"
    wrk.headers["Content-Type"] = "application/json"
    token = arguments[number]
    rotated, others = 0, 0
end

function request()
    return wrk.format(nil, nil, nil, '{"refresh_token":"' .. token .. '"}')
end

function response(status, _, body)
    local child = body:match('"refresh_token":"([^"]+)"')
    if status == 200 and child then
        rotated = rotated + 1
        token = child
    else
        others = others + 1
    end
end

function done()
    local sum = { rotated = 0, others = 0 }
    for _, thread in ipairs(threads) do
        for name in pairs(sum) do
            sum[name] = sum[name] + thread:get(name)
        end
    end
    for name, count in pairs(sum) do
        print("count " .. name .. " " .. count)
    end
end
