// Modules of Node that a sandbox cannot have: importing one works, as programs
// import what they never use, and using one says why it is missing.

import { Error_, setOwn } from "../primordials.ts";
import { register } from "../modules.ts";
import { coded } from "./errors.ts";

const absent: [module: string, why: string, functions: string[], classes: string[]][] = [
  ["cluster", "processes share no servers here; node:child_process and node:worker_threads run code beside the program", ["fork", "disconnect", "setupPrimary", "setupMaster"], ["Worker"]],
  ["dgram", "sandboxes have no UDP sockets; fetch reaches HTTP servers", ["createSocket"], ["Socket"]],
  ["inspector", "there is no debugger to connect; print with console", ["open", "url", "waitForDebugger"], ["Session"]],
  ["repl", "there is no terminal; run a file, or use node:vm", ["start"], ["REPLServer"]],
  ["trace_events", "the engine records no trace events; node:perf_hooks measures", ["createTracing", "getEnabledCategories"], []],
  ["wasi", "sandboxes do not run WebAssembly programs", [], ["WASI"]],
];

// refuse is what an absent function throws.
export function refuse(what: string, why: string): never {
  throw coded(Error_, "ERR_FEATURE_UNAVAILABLE_ON_PLATFORM", `${what} is not available: ${why}`);
}

for (let i = 0; i < absent.length; i++) {
  const [module, why, functions, classes] = absent[i]!;
  const names = module === "wasi" ? ["node:wasi", "wasi"] : [`node:${module}`, module];
  const exports: any = {};
  for (let j = 0; j < functions.length; j++) {
    const name = functions[j]!;
    setOwn(exports, name, { [name]: (): never => refuse(`node:${module}'s ${name}`, why) }[name]);
  }
  for (let j = 0; j < classes.length; j++) {
    const name = classes[j]!;
    const fn = { [name]: function (): never {
      return refuse(`node:${module}'s ${name}`, why);
    } }[name]!;
    Object.defineProperty(fn, "name", { __proto__: null, value: name, configurable: true } as any);
    setOwn(exports, name, fn);
  }
  if (module === "cluster") {
    setOwn(exports, "isMaster", true);
    setOwn(exports, "isPrimary", true);
    setOwn(exports, "isWorker", false);
    setOwn(exports, "workers", {});
    setOwn(exports, "settings", {});
  }
  if (module === "inspector") {
    setOwn(exports, "close", () => undefined);
    setOwn(exports, "console", (globalThis as any).console);
    setOwn(exports, "url", () => undefined);
    register(["node:inspector/promises", "inspector/promises"], () => exports);
  }
  register(names, () => exports);
}
