# What standard error shows of an error that nobody caught, without the lines that tell where.
# ref: bash
show() { node -e "$1" 2>&1 | sed -n "/^  $2/,/^}/p"; echo; }
show 'throw Object.assign(new Error("no"), { code: "E_NO", info: { a: [1, "x"], deep: { er: { still: {} } } } })' code:
show 'require("fs").readFileSync("/nowhere")' errno:
show 'const e = new Error("out", { cause: { a: "b" } }); throw e' .cause
show 'Promise.reject(Object.assign(new Error("no"), { list: ["a"] }))' list
show 'Promise.reject({ a: 1 })' 'code: .ERR_UNHANDLED'
show 'setTimeout(() => { const e = new AggregateError([1, "two"], "all"); e.x = null; throw e })' 'x:'
env -u NODE_NO_WARNINGS node -e 'process.emitWarning("one"); process.emitWarning("two")' 2>&1 | sed 's/^(node:[0-9]*/(node:N/'
env -u NODE_NO_WARNINGS node -e 'process.emitWarning("old", "DeprecationWarning", "DEP1"); setTimeout(() => process.emitWarning("two"), 1)' 2>&1 | sed 's/^(node:[0-9]*/(node:N/'
show 'const e = new Error("no"); e.p = { [require("util").inspect.custom]() { return "own" } }; e.d = { a: { b: { c: { d: { e: { f: 1 } } } } } }; throw e' 'p:'
env -u NODE_NO_WARNINGS node --trace-warnings -e 'function here() { process.emitWarning("one", { detail: "more" }) } here(); process.emitWarning("old", "DeprecationWarning", "DEP1")' 2>&1 | sed 's/^(node:[0-9]*/(node:N/' | grep -e 'at here' -e '^(node:N)' -e more
env -u NODE_NO_WARNINGS node --trace-deprecation -e 'function here() { process.emitWarning("old", "DeprecationWarning", "DEP1") } here(); process.emitWarning("two")' 2>&1 | sed 's/^(node:[0-9]*/(node:N/' | grep -e 'at here' -e '^(node:N)' -e trace-
env -u NODE_NO_WARNINGS node -e 'process.traceProcessWarnings = true; function here() { process.emitWarning("one") } here()' 2>&1 | grep -c here
