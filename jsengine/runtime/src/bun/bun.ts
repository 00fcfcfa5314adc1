// The Bun global and the "bun" module.

import { DateNow, MathFloor, ObjectDefineProperty, SymbolToStringTag, TypeError_, Uint8Array_, globalObject, plain, withResolvers } from "../primordials.ts";
import { OP } from "buntime:ops";
import { defineGlobal, named } from "../globals.ts";
import { tidy } from "../node/names.ts";
import { resolveSync } from "../cjs.ts";
import { builtin, register } from "../modules.ts";
import { bunVersion, entryPath, process } from "../process.ts";
import { table } from "../console.ts";
import { custom, inspect } from "../inspect.ts";
import { setTimeout } from "../timers.ts";
import { deepEqual, deepMatch } from "../node/deep_equal.ts";
import { validateString } from "../node/errors.ts";
import { addAbsent } from "./absent.ts";
import { sliceAnsi, stringWidth, stripANSI, wrapAnsi } from "./ansi.ts";
import { color } from "./color.ts";
import { compression } from "./compress.ts";
import { Cookie, CookieMap } from "./cookie.ts";
import { CSRF, CryptoHasher, digests, randomUUIDv5, randomUUIDv7, sha } from "./crypto.ts";
import { TOML, YAML } from "./data.ts";
import { file, standardFile, write } from "./file.ts";
import { Glob } from "./glob.ts";
import { hash } from "./hash.ts";
import { badInput } from "./input.ts";
import { JSON5, JSONC, JSONL } from "./json.ts";
import { markdown } from "./markdown.ts";
import { password } from "./password.ts";
import { semver } from "./semver.ts";
import { serve } from "./serve.ts";
import { $ } from "./shell.ts";
import { connect, listen } from "./socket.ts";
import { spawn, spawnSync, which } from "./spawn.ts";
import { ArrayBufferSink, concatArrayBuffers, escapeHTML, indexOfLine, readers } from "./streams.ts";
import { Transpiler } from "./transpiler.ts";

function sleep(ms: any): Promise<void> {
  const { promise, resolve } = withResolvers<void>();
  if (typeof ms !== "number" && host.classOf(ms) !== "Date") throw new TypeError_("sleep expects a number (milliseconds)");
  const delay = typeof ms === "object" ? +ms - DateNow() : ms;
  setTimeout(() => resolve(), delay > 0 ? delay : 0);
  return promise;
}

function sleepSync(ms: any): void {
  if (typeof ms !== "number") throw badInput("milliseconds must be a number");
  if (ms < 0) throw badInput(`argument to sleepSync must not be negative, got ${ms}`);
  if (ms > 0) host.sync(OP["process.sleep"]!, ms);
}

function bunInspect(...args: any[]): string {
  if (args.length === 0) return "";
  const o = plain();
  o.depth = 8;
  o.quote = true;
  const given = args[1];
  if (given !== null && typeof given === "object") {
    const depth = given.depth;
    if (depth !== undefined && depth !== null && !(+depth >= 0)) throw badInput(`expected depth to be greater than or equal to 0, got ${depth}`);
    if (depth !== undefined) o.depth = depth === null ? Infinity : +depth;
    o.colors = given.colors === true;
    o.sorted = given.sorted === true;
    o.singleLine = given.compact === true;
  }
  return inspect(args[0], o);
}
ObjectDefineProperty(bunInspect, "custom", { __proto__: null, value: custom, enumerable: true, configurable: true } as any);
ObjectDefineProperty(bunInspect, "table", {
  __proto__: null, enumerable: true, configurable: true,
  value: named((data?: any, columns?: any, options?: any): string => {
    if (data === null || typeof data !== "object") return "";
    const list = host.classOf(columns) === "Array" ? columns : undefined;
    return table(data, list, (list === undefined ? columns ?? options : options)?.colors === true);
  }, "table"),
} as any);

function peek(p: any): any {
  const st = host.promiseState(p);
  return st === undefined || st[0] === "pending" ? p : st[1];
}
ObjectDefineProperty(peek, "status", { __proto__: null, enumerable: true, value: named((p: any): string => host.promiseState(p)?.[0] ?? "fulfilled", "status") } as any);

const Bun: any = {
  file, write, sleep, sleepSync, serve, connect, listen, ArrayBufferSink, concatArrayBuffers, escapeHTML, indexOfLine,
  hash, password, CSRF, Cookie, CookieMap, CryptoHasher, randomUUIDv5, randomUUIDv7, sha,
  color, markdown, TOML, Transpiler, YAML, Glob, JSON5, JSONC, JSONL, semver, sliceAnsi, stringWidth, stripANSI, wrapAnsi,
  ...digests, ...compression, ...readers,
  inspect: named(bunInspect, "inspect", 2),
  peek: named(peek, "", 1),
  version: bunVersion,
  version_with_sha: `v${bunVersion} (00000000)`,
  revision: "0000000000000000000000000000000000000000",
  origin: "",
  isMainThread: true,
  isStandaloneExecutable: false,
  enableANSIColors: false,
  nanoseconds: () => MathFloor(host.now() * 1e6),
  deepEquals(...args: any[]): boolean {
    if (args.length < 2) throw new TypeError_("Expected 2 values to compare");
    return deepEqual(args[0], args[1], args[2] === true ? "bunStrict" : "bun");
  },
  deepMatch(subset: any, object: any): boolean {
    if (subset === null || typeof subset !== "object" || object === null || typeof object !== "object") throw new TypeError_("Expected 2 objects to match");
    return deepMatch(subset, object);
  },
  fileURLToPath: builtin("node:url")!.fileURLToPath,
  pathToFileURL: builtin("node:url")!.pathToFileURL,
  fetch: globalObject.fetch,
  gc: () => 0,
  shrink: () => undefined,
  allocUnsafe: (size: any) => new Uint8Array_(size),
  which, spawn, spawnSync,
  $,
  resolveSync(specifier: unknown, parent: unknown): string {
    validateString(specifier, "specifier");
    validateString(parent, "parent");
    return resolveSync(specifier as string, parent as string);
  },
  async resolve(specifier: unknown, parent: unknown): Promise<string> {
    validateString(specifier, "specifier");
    validateString(parent, "parent");
    return resolveSync(specifier as string, parent as string);
  },
};

let dns: any; // node:dns's promises, and what Bun has beside them; nothing is cached here

// What belongs to an instance is read when asked for.
function lazy(name: string, get: () => any, enumerable = true): void {
  ObjectDefineProperty(Bun, name, { __proto__: null, get, enumerable, configurable: true } as any);
}
lazy("env", () => process.env);
lazy("argv", () => process.argv);
lazy("main", () => entryPath());
lazy("cwd", () => process.cwd(), false);
lazy("stdin", () => standardFile(0));
lazy("stdout", () => standardFile(1));
lazy("stderr", () => standardFile(2));
lazy("dns", () => dns ??= { ...builtin("node:dns")!.promises, ADDRCONFIG: 32, ALL: 16, V4MAPPED: 8, prefetch: () => undefined, getCacheStats: () => ({ cacheHitsCompleted: 0, cacheHitsInflight: 0, cacheMisses: 0, size: 0, errors: 0, totalCount: 0 }) });
lazy("embeddedFiles", () => []);
// It is a test's own library that answers.
Bun.jest = () => builtin("bun:test");
addAbsent(Bun);
ObjectDefineProperty(Bun, SymbolToStringTag, { __proto__: null, value: "Bun", configurable: true } as any);

defineGlobal("Bun", Bun);
register(["bun"], () => tidy(Bun));

