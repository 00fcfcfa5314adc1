// The enumerable names that each builtin exports, and the constants of those that have them.
const names = ["assert", "assert/strict", "async_hooks", "buffer", "child_process", "cluster", "console", "constants", "crypto", "dgram", "diagnostics_channel", "dns", "dns/promises", "domain", "events", "fs", "fs/promises", "http", "http2", "https", "inspector", "inspector/promises", "module", "net", "os", "path", "path/posix", "path/win32", "perf_hooks", "punycode", "querystring", "readline", "readline/promises", "repl", "stream", "stream/consumers", "stream/promises", "stream/web", "string_decoder", "sys", "test", "test/reporters", "timers", "timers/promises", "tls", "trace_events", "tty", "url", "util", "util/types", "v8", "vm", "wasi", "worker_threads", "zlib", "sea"];
for (const name of names) {
  try {
    const exports = require(`node:${name}`);
    console.log(name, Object.keys(exports).filter((k) => k[0] !== "_").sort().map((k) => `${k}:${typeof exports[k]}`).join(" "));
  } catch (e) {
    console.log(name, e.code, e.message);
  }
}
for (const name of ["crypto", "fs", "http2", "os", "perf_hooks", "vm", "zlib"]) {
  try {
    const { constants } = require(`node:${name}`);
    for (const k of Object.getOwnPropertyNames(constants).sort()) if (typeof constants[k] !== "object") console.log(name, k, String(constants[k]));
  } catch (e) {
    console.log(name, e.code, e.message);
  }
}
