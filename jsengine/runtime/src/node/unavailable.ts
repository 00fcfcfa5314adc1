// Modules of Node that a sandbox cannot have: importing one works, as programs
// import what they never use, and using one says why it is missing.

import { ArrayPrototypePush, Error_, Symbol_, SyntaxError_, setOwn } from "../primordials.ts";
import { builtin, register } from "../modules.ts";
import { coded, validateString } from "./errors.ts";
import { inspect } from "./inspect.ts";
import { tidy } from "./names.ts";

const absent: [module: string, why: string, functions: string[], classes: string[]][] = [
  ["inspector", "there is no debugger to connect; print with console", ["open", "url", "waitForDebugger"], ["Session"]],
  ["repl", "there is no terminal; run a file, or use node:vm", ["start", "isValidSyntax"], ["REPLServer"]],
  ["trace_events", "the engine records no trace events; node:perf_hooks measures", ["createTracing", "getEnabledCategories"], []],
  ["wasi", "WebAssembly has no system to call in a sandbox but the functions that it is given as imports", [], ["WASI"]],
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
  if (module === "inspector") {
    setOwn(exports, "close", () => undefined);
    setOwn(exports, "console", (globalThis as any).console);
    setOwn(exports, "url", () => undefined);
    const network: any = {}, events = ["requestWillBeSent", "responseReceived", "loadingFinished", "loadingFailed"];
    for (let j = 0; j < events.length; j++) setOwn(network, events[j]!, { [events[j]!]: (): never => refuse(`node:inspector's Network.${events[j]!}`, why) }[events[j]!]);
    setOwn(exports, "Network", network);
    register(["node:inspector/promises", "inspector/promises"], () => exports);
  }
  if (module === "repl") {
    setOwn(exports, "REPL_MODE_SLOPPY", Symbol_("repl-sloppy"));
    setOwn(exports, "REPL_MODE_STRICT", Symbol_("repl-strict"));
    setOwn(exports, "writer", (v: unknown): string => inspect(v, { showProxy: true }));
    setOwn(exports, "Recoverable", class Recoverable extends SyntaxError_ {
      err: unknown;
      constructor(err: unknown) {
        super();
        this.err = err;
      }
    });
    register(names, () => {
      const all: string[] = builtin("node:module")!.builtinModules, named: string[] = [];
      for (let j = 0; j < all.length; j++) if (all[j]![0] !== "_") ArrayPrototypePush(named, all[j]!);
      setOwn(exports, "builtinModules", named);
      return exports;
    });
    continue;
  }
  register(names, () => exports);
}

// node:sea: a program here is never an executable of its own.

function asset(key: unknown, encoding?: unknown): never {
  validateString(key, "key");
  if (encoding !== undefined) validateString(encoding, "encoding");
  throw coded(Error_, "ERR_NOT_IN_SINGLE_EXECUTABLE_APPLICATION", "Operation cannot be invoked when not in a single-executable application");
}

register(["node:sea"], () => tidy({
  isSea: () => false,
  getAsset: (key: unknown, encoding?: unknown) => asset(key, encoding),
  getRawAsset: (key: unknown) => asset(key),
  getAssetAsBlob: (key: unknown) => asset(key),
}));
