// The hooks the engine calls.

import { notified, waitAsync } from "./atomics.ts";
import { ErrorCaptureStackTrace, Error_, ReflectDeleteProperty, globalObject, hide } from "./primordials.ts";
import { OP } from "buntime:ops";
import { explain, importMeta, jsonModule, preload, requireCJS } from "./cjs.ts";
import { serveDefault } from "./bun/serve.ts";
import { DOMException } from "./errors.ts";
import { localOffset } from "./intl/datetime.ts";
import { BuildMessage, ResolveMessage } from "./messages.ts";
import { bake, builtin, mocked } from "./modules.ts";
import { startWorker } from "./node/worker_threads.ts";
import { defineHost } from "./performance.ts";
import { asNode } from "./mode.ts";
import { entryPath, onBeforeExit, onExit, onHandled, onUncaught } from "./process.ts";
import { onTurn, withTicks } from "./timers.ts";

// makeError makes a host error whose name is none of ECMAScript's own.
function makeError(name: string, message: string): Error {
  switch (name) {
    case "AbortError":
    case "TimeoutError":
    case "NetworkError":
    case "NotSupportedError":
    case "OperationError":
    case "InvalidStateError":
    case "DataError":
    case "QuotaExceededError":
      return new DOMException(message, name);
  }
  if (name === "ResolveMessage") return new ResolveMessage(message);
  if (name === "BuildMessage") return new BuildMessage(message);
  const e = new Error_(message);
  hide(e, "name", name);
  ErrorCaptureStackTrace(e); // a stack begins with the name
  return e;
}

// runMain runs a CommonJS entry module: what it left for the next tick comes before other jobs, as in Node.
function runMain(path: string): unknown {
  return withTicks(() => requireCJS(path));
}

// What Node does not have, and programs tell Bun, or a page and its workers, by.
const notNodes = [
  "Bun", "BuildMessage", "ResolveMessage", "HTMLRewriter", "Worker", "self", "addEventListener", "dispatchEvent", "removeEventListener",
  "onerror", "onrejectionhandled", "onunhandledrejection",
];

// begin prepares a program that has functions of its host, is a worker, or runs as Node would.
function begin(): void {
  if (asNode()) for (let i = 0; i < notNodes.length; i++) ReflectDeleteProperty(globalObject, notNodes[i]!);
  const names: string[] = host.sync(OP["host.names"]!);
  if (names.length > 0) defineHost();
  startWorker();
  if (asNode()) withTicks(preload);
}

// install hands the hooks to the engine and finishes what is baked into the image.
export function install(): void {
  bake();
  host.zone(localOffset);
  host.install({
    host: begin,
    onTurn,
    onUncaught,
    onHandled,
    onBeforeExit,
    onExit,
    builtin,
    requireCJS: (id) => (asNode() && id === entryPath() ? runMain(id) : requireCJS(id)),
    importMeta,
    makeError,
    mocked,
    onDefault: serveDefault,
    jsonModule,
    explain,
    waitAsync,
    notified,
  });
}
