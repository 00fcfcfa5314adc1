-- wrk's script: one request, the same each time. ROUTE is run or execute, SESSIONS
-- the ids of sessions, of which each thread takes one.
local threads = 0

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

function init()
  local body = '{"code":"1+1","language":"js"}'
  if os.getenv("ROUTE") == "execute" then
    local i = 0
    for id in string.gmatch(os.getenv("SESSIONS"), "%S+") do
      if i == number then
        body = '{"sessionId":"' .. id .. '","code":"1+1","language":"js"}'
      end
      i = i + 1
    end
  end
  whole = wrk.format("POST", nil, {
    ["Content-Type"] = "application/json",
    ["X-API-Key"] = os.getenv("BUNTIME_ROOT_KEY"),
  }, body)
end

function request()
  return whole
end

function done(summary, latency)
  local e = summary.errors
  io.write(string.format("RESULT %.0f %.0f %.0f %d\n",
    summary.requests / (summary.duration / 1e6), latency:percentile(50), latency:percentile(99),
    e.connect + e.read + e.write + e.status + e.timeout))
end
