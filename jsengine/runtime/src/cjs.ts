// CommonJS: require, its cache, node:module, and import.meta for ES modules.

import {
  ArrayPrototypeIncludes,
  ArrayPrototypePush,
  Error_,
  FunctionPrototypeCall,
  JSONParse,
  ObjectDefineProperty,
  SafeMap,
  StringPrototypeCharCodeAt,
  StringPrototypeLastIndexOf,
  StringPrototypeSlice,
  StringPrototypeStartsWith,
  StringPrototypeToUpperCase,
  NumberPrototypeToString,
  StringPrototypePadStart,
  SyntaxError_,
  plain,
  setOwn,
} from "./primordials.ts";
import { OP } from "buntime:ops";
import { builtin, builtinNames, isBuiltin, register } from "./modules.ts";
import { entryPath, process } from "./process.ts";
import { coded, invalidArgType, invalidArgValue, validateString } from "./node/errors.ts";

interface Resolved {
  url: string; // an absolute guest path, or a builtin's name
  kind: "esm" | "cjs" | "json" | "builtin";
}

interface Loaded {
  kind: string;
  source: string;
  map?: Uint8Array;
}

function Module(this: any, id = "", parent?: unknown): void {
  setOwn(this, "id", id);
  setOwn(this, "path", dirname(id));
  setOwn(this, "exports", {});
  setOwn(this, "filename", null);
  setOwn(this, "loaded", false);
  setOwn(this, "children", []);
  setOwn(this, "paths", []);
  ObjectDefineProperty(this, "parent", { __proto__: null, value: parent, writable: true, enumerable: false, configurable: true } as any);
}

// cache is require.cache: guests may look into it and delete from it.
const cache: Record<string, any> = plain();

function dirname(path: string): string {
  const at = StringPrototypeLastIndexOf(path, "/");
  return at <= 0 ? "/" : StringPrototypeSlice(path, 0, at);
}

function basename(path: string): string {
  return StringPrototypeSlice(path, StringPrototypeLastIndexOf(path, "/") + 1);
}

// requireCJS runs the module at an absolute path, once, and returns its module.exports.
export function requireCJS(path: string, parent?: any): unknown {
  const known = cache[path];
  if (known !== undefined) return known.exports;
  const loaded: Loaded = host.sync(OP["module.load"]!, path);
  const m: any = new (Module as any)(path, parent);
  m.filename = path;
  cache[path] = m;
  if (parent !== undefined) ArrayPrototypePush(parent.children, m);
  let ok = false;
  try {
    if (loaded.kind === "json") m.exports = parseJSON(loaded.source, path);
    else {
      const fn = host.compile(loaded.source, path, ["exports", "require", "module", "__filename", "__dirname"], loaded.map);
      FunctionPrototypeCall(fn, m.exports, m.exports, makeRequire(path, m), m, path, dirname(path));
    }
    m.loaded = true;
    ok = true;
  } finally {
    if (!ok && cache[path] === m) delete cache[path];
  }
  return m.exports;
}

// parseJSON parses a JSON module; its SyntaxError names the file.
export function parseJSON(source: string, path: string): unknown {
  try {
    return JSONParse(StringPrototypeCharCodeAt(source, 0) === 0xfeff ? StringPrototypeSlice(source, 1) : source);
  } catch (e) {
    throw new SyntaxError_(`${path}: ${(e as Error).message}`);
  }
}

function resolve(specifier: string, referrer: string): Resolved {
  try {
    return host.sync(OP["module.resolve"]!, specifier, referrer, "require");
  } catch (e: any) {
    if (e?.code !== "ERR_MODULE_NOT_FOUND") throw e;
    const err = coded(Error_, "MODULE_NOT_FOUND", `Cannot find module '${specifier}'\nRequire stack:\n- ${referrer}`);
    setOwn(err, "requireStack", [referrer]);
    throw err;
  }
}

// makeRequire makes the require function of the module at path.
function makeRequire(path: string, parent: any): any {
  const require: any = {
    require(specifier: unknown): unknown {
      validateString(specifier, "id");
      if (specifier === "") throw invalidArgValue("id", specifier, "must be a non-empty string");
      const b = builtin(specifier);
      if (b !== undefined) return b;
      const r = resolve(specifier, path);
      switch (r.kind) {
        case "builtin":
          return builtin(r.url);
        case "esm":
          return host.importSync(r.url);
        default:
          return requireCJS(r.url, parent);
      }
    },
  }.require;
  setOwn(require, "resolve", {
    resolve(specifier: unknown): string {
      validateString(specifier, "request");
      return isBuiltin(specifier) ? specifier : resolve(specifier, path).url;
    },
  }.resolve);
  setOwn(require, "main", cache[entryPath()]);
  setOwn(require, "cache", cache);
  setOwn(require, "extensions", plain());
  return require;
}

// fileURL is the file: URL of an absolute path, as a string.
export function fileURL(path: string): string {
  const bytes = host.utf8Encode(path);
  let out = "file://";
  for (let i = 0; i < bytes.length; i++) {
    const c = bytes[i]!;
    // The URL standard's path percent-encode set, plus what would end a path or start an escape.
    if (c <= 0x20 || c >= 0x7f || ArrayPrototypeIncludes(escaped, c)) {
      out += "%" + StringPrototypePadStart(StringPrototypeToUpperCase(NumberPrototypeToString(c, 16)), 2, "0");
    } else out += asciiChar(c);
  }
  return out;
}

const escaped = [0x22, 0x23, 0x25, 0x3c, 0x3e, 0x3f, 0x5c, 0x5e, 0x60, 0x7b, 0x7d]; // " # % < > ? \ ^ ` { }

const ascii = (() => {
  let s = "";
  for (let i = 0; i < 128; i++) s += String.fromCharCode(i);
  return s;
})();

function asciiChar(c: number): string {
  return ascii[c]!;
}

let inputRead = false;
let input: unknown;

// programInput is what import.meta.input gives: the program's JSON input, parsed once.
function programInput(): unknown {
  if (!inputRead) {
    const text = host.sync(OP["process.input"]!);
    input = text === undefined || text === null ? undefined : JSONParse(text);
    inputRead = true;
  }
  return input;
}

// importMeta fills import.meta of the module at path.
export function importMeta(meta: Record<string, unknown>, path: string, main: boolean): void {
  setOwn(meta, "url", fileURL(path));
  setOwn(meta, "path", path);
  setOwn(meta, "filename", path);
  setOwn(meta, "dirname", dirname(path));
  setOwn(meta, "dir", dirname(path));
  setOwn(meta, "file", basename(path));
  setOwn(meta, "main", main);
  setOwn(meta, "resolve", {
    resolve(specifier: unknown): string {
      const name = `${specifier as any}`;
      if (isBuiltin(name)) return StringPrototypeStartsWith(name, "node:") || !isBuiltin(`node:${name}`) ? name : `node:${name}`;
      const r: Resolved = host.sync(OP["module.resolve"]!, name, path);
      return r.kind === "builtin" ? r.url : fileURL(r.url);
    },
  }.resolve);
  onDemand(meta, "require", () => makeRequire(path, undefined));
  onDemand(meta, "env", () => process.env);
  onDemand(meta, "input", programInput);
}

function onDemand(o: object, name: string, make: () => unknown): void {
  ObjectDefineProperty(o, name, {
    __proto__: null,
    get() {
      const value = make();
      setOwn(o, name, value);
      return value;
    },
    set(value: unknown) {
      setOwn(o, name, value);
    },
    enumerable: true,
    configurable: true,
  } as any);
}

const required: Map<string, any> = new SafeMap();

register(["node:module", "module"], () => {
  const exports: any = Module;
  const statics = {
    createRequire(filename: unknown): unknown {
      const text = typeof filename === "object" && filename !== null ? `${(filename as any).href}` : filename;
      if (typeof text !== "string") throw invalidArgType("filename", ["string", "URL"], filename);
      const path = StringPrototypeStartsWith(text, "file:") ? builtin("node:url")!.fileURLToPath(text) : text;
      if (!StringPrototypeStartsWith(path, "/")) {
        throw invalidArgValue("filename", filename, "must be a file URL object, file URL string, or absolute path string");
      }
      let r = required.get(path);
      if (r === undefined) {
        r = makeRequire(path, undefined);
        required.set(path, r);
      }
      return r;
    },
    isBuiltin(name: unknown): boolean {
      return typeof name === "string" && isBuiltin(name);
    },
    syncBuiltinESMExports(): void {},
    Module,
  };
  const keys = ["createRequire", "isBuiltin", "syncBuiltinESMExports", "Module"];
  for (let i = 0; i < keys.length; i++) setOwn(exports, keys[i]!, (statics as any)[keys[i]!]);
  const names: string[] = [];
  const all = builtinNames();
  for (let i = 0; i < all.length; i++) {
    if (!StringPrototypeStartsWith(all[i]!, "node:") && isBuiltin(`node:${all[i]!}`)) ArrayPrototypePush(names, all[i]!);
  }
  setOwn(exports, "builtinModules", names);
  setOwn(exports, "_cache", cache);
  return exports;
});
