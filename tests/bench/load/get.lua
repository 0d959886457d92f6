-- Asks as many clients would, each for its own path with its own credential: lines of a file.
function init(arguments)
    requests = {}
    for line in io.lines(arguments[1]) do
        local path, name, value = line:match("^(%S+) (.-): (.*)$")
        table.insert(requests, wrk.format(nil, path, { Host = wrk.headers["Host"], [name] = value }))
    end
    number = 0
end

function request()
    number = number % #requests + 1
    return requests[number]
end

function done(summary)
    local errors = summary.errors
    print("count failed " .. errors.status + errors.connect + errors.read + errors.write)
    print("count answered " .. summary.requests - errors.status)
end
