// CommonJS: require, its cache, node:module, and import.meta for ES modules.
//
// The parts that packages patch (Module._load, Module._resolveFilename,
// Module._extensions, Module.prototype.require and _compile) are called as Node
// calls them. While none is patched, a require takes a short way past them, which
// costs less stack.

import {
  DecodeURIComponent,
  ArrayIsArray,
  ArrayPrototypeIncludes,
  ArrayPrototypePush,
  ArrayPrototypeSlice,
  ArrayPrototypeSplice,
  ArrayPrototypeIndexOf,
  Error_,
  ReferenceError_,
  ReflectApply,
  JSONParse,
  ObjectDefineProperty,
  ObjectGetPrototypeOf,
  ObjectHasOwn,
  ObjectKeys,
  ReflectGetOwnPropertyDescriptor,
  SafeMap,
  ErrorPrototypeGetStack,
  RegExpPrototypeExec,
  StringPrototypeCharCodeAt,
  StringPrototypeIndexOf,
  StringPrototypeLastIndexOf,
  StringPrototypeSlice,
  StringPrototypeStartsWith,
  StringPrototypeEndsWith,
  StringPrototypeToUpperCase,
  NumberPrototypeToString,
  StringPrototypePadStart,
  SyntaxError_,
  plain,
  setOwn, hide,
} from "./primordials.ts";
import { OP } from "buntime:ops";
import { builtin, isBuiltin, mocked, mocking, register } from "./modules.ts";
import { asNode } from "./mode.ts";
import { cwd, entryPath, process } from "./process.ts";
import { coded, invalidArgType, invalidArgValue, validateString } from "./node/errors.ts";
import { SourceMap } from "./node/source_map.ts";

interface Loaded {
  kind: string;
  source: string;
  map?: Uint8Array;
}

function Module(this: any, id = "", parent?: unknown): void {
  setOwn(this, "id", id);
  setOwn(this, "path", dirname(id));
  setOwn(this, "exports", {});
  hide(this, "parent", parent);
  setOwn(this, "filename", null);
  setOwn(this, "loaded", false);
  setOwn(this, "children", []);
}

const ReferenceErrorPrototype = ReferenceError_.prototype;
const M: any = Module;
const proto: any = Module.prototype;

// cache is require.cache: guests may look into it and delete from it.
const cache: Record<string, any> = plain();

let mainModule: any; // of a program whose entry is CommonJS

function dirname(path: string): string {
  const at = StringPrototypeLastIndexOf(path, "/");
  return at < 0 ? "." : at === 0 ? "/" : StringPrototypeSlice(path, 0, at);
}

function basename(path: string): string {
  return StringPrototypeSlice(path, StringPrototypeLastIndexOf(path, "/") + 1);
}

// nodeModulePaths are the directories that a file in dir finds packages in.
function nodeModulePaths(dir: string): string[] {
  const out: string[] = [];
  for (let d = dir; ; d = dirname(d)) {
    if (basename(d) !== "node_modules") ArrayPrototypePush(out, d === "/" ? "/node_modules" : d + "/node_modules");
    if (d === "/" || d === ".") return out;
  }
}

// paths is a module's own property, made when it is first read: a module that has
// it may have been given other directories.
const pathsOnDemand: any = {
  __proto__: null,
  get(this: any) {
    const value = nodeModulePaths(dirname(this.filename ?? this.id));
    setOwn(this, "paths", value);
    return value;
  },
  set(this: any, value: unknown) {
    setOwn(this, "paths", value);
  },
  enumerable: true,
  configurable: true,
};

// lookupOf is a module's own list of directories; undefined if it has only the usual ones.
function lookupOf(m: any): string[] | undefined {
  return m !== null && typeof m === "object" && ObjectHasOwn(m, "paths") && ArrayIsArray(dataOf(m, "paths")) ? ArrayPrototypeSlice(m.paths) : undefined;
}

function dataOf(o: object, name: string): unknown {
  const d = ReflectGetOwnPropertyDescriptor(o, name);
  return d === undefined ? undefined : d.value;
}

// find asks the host for the file that a require finds.
function find(request: string, from: string, lookup: string[] | undefined): string {
  return host.sync(OP["module.resolve"]!, request, from, changedExtensions(), lookup);
}

// changedExtensions are those that a require tries, if a program changed them.
function changedExtensions(): string[] | undefined {
  if (!asNode()) return undefined;
  const keys = ObjectKeys(extensions);
  return keys.length === 3 && keys[0] === ".js" && keys[1] === ".json" && keys[2] === ".node" ? undefined : keys;
}

// notFound adds to an error of a require who asked for it, as Node does.
function notFound(e: any, request: string, parent: any): any {
  if (!asNode() || e?.code !== "MODULE_NOT_FOUND" || StringPrototypeStartsWith(request, "#") || e.message !== `Cannot find module '${request}'`) return e;
  const stack: string[] = [];
  for (let m = parent; m && stack.length < 1000; m = m.parent) ArrayPrototypePush(stack, m.filename || m.id);
  let text = `Cannot find module '${request}'`;
  if (stack.length > 0) text += "\nRequire stack:";
  for (let i = 0; i < stack.length; i++) text += `\n- ${stack[i]!}`;
  const err = coded(Error_, "MODULE_NOT_FOUND", text);
  setOwn(err, "requireStack", stack);
  return err;
}

function resolveFilename(request: string, parent: any, _isMain?: unknown, options?: any): string {
  if (isBuiltin(request)) return request;
  const from = parent?.filename || parent?.id || cwd() + "/[eval]";
  let lookup: string[] | undefined;
  if (typeof options === "object" && options !== null && options.paths !== undefined) {
    const paths = options.paths;
    if (!ArrayIsArray(paths)) throw invalidArgValue("options.paths", paths);
    lookup = [];
    const relative = isRelative(request);
    for (let i = 0; i < paths.length; i++) {
      if (typeof paths[i] !== "string") throw invalidArgType("paths", "array of strings", paths);
      const dir = absolute(paths[i]);
      const more = relative ? [dir] : nodeModulePaths(dir);
      for (let j = 0; j < more.length; j++) if (!ArrayPrototypeIncludes(lookup, more[j]!)) ArrayPrototypePush(lookup, more[j]!);
    }
    if (StringPrototypeStartsWith(request, "/")) lookup = undefined;
  } else if (!isRelative(request) && !StringPrototypeStartsWith(request, "/") && !StringPrototypeStartsWith(request, "#")) {
    lookup = lookupOf(parent);
  }
  try {
    return find(request, StringPrototypeStartsWith(from, "/") ? from : cwd() + "/" + from, lookup);
  } catch (e) {
    throw notFound(e, request, parent);
  }
}

function isRelative(s: string): boolean {
  return s === "." || s === ".." || StringPrototypeStartsWith(s, "./") || StringPrototypeStartsWith(s, "../");
}

function absolute(p: string): string {
  return builtin("node:path")!.resolve(cwd(), p);
}

function addChild(parent: any, child: any, once: boolean): void {
  const children = parent?.children;
  if (children && ArrayIsArray(children) && !(once && ArrayPrototypeIncludes(children, child))) ArrayPrototypePush(children, child);
}

function drop(filename: string, m: any, parent: any): void {
  delete cache[filename];
  const children = parent?.children;
  if (ArrayIsArray(children)) {
    const at = ArrayPrototypeIndexOf(children, m);
    if (at >= 0) ArrayPrototypeSplice(children, at, 1);
  }
}

// found remembers where requires of a directory led, as Node does: a request that led to a module is not resolved again.
const found: Map<string, string> = new SafeMap();

function foundModule(key: string): any {
  const filename = found.get(key);
  return filename === undefined ? undefined : cache[filename];
}

// exportsOf is what a require of a module in the cache gives: an ES module that is still being loaded is no such thing in Node.
function exportsOf(m: any): unknown {
  if (!m.loaded && asNode() && loading.has(m.filename)) throw cycle(m.filename);
  return m.exports;
}

function loadModule(request: string, parent: any, isMain?: unknown): unknown {
  const mock = mocked(request, parent?.filename ?? cwd() + "/[eval]");
  if (mock !== undefined) return builtin(mock);
  const key = parent ? `${parent.path}\0${request}` : undefined;
  const known = key === undefined ? undefined : foundModule(key);
  if (known !== undefined) {
    addChild(parent, known, true);
    return exportsOf(known);
  }
  if (StringPrototypeStartsWith(request, "node:")) {
    const b = builtin(request);
    if (b !== undefined) return b;
  }
  const filename: string = M._resolveFilename(request, parent, isMain);
  if (key !== undefined) found.set(key, filename);
  return loadFile(filename, parent);
}

// loadFile runs the file, or finds it in the cache.
function loadFile(filename: string, parent: any): unknown {
  const known = cache[filename];
  if (known !== undefined) {
    addChild(parent, known, true);
    return exportsOf(known);
  }
  const b = builtin(filename);
  if (b !== undefined) return b;
  return loadInto(newModule(filename, parent), filename, parent);
}

// loadInto loads a module, which is in the cache meanwhile and leaves it again if it fails.
function loadInto(m: any, filename: string, parent: any): unknown {
  cache[filename] = m;
  let ok = false;
  try {
    m.load(filename);
    ok = true;
  } finally {
    if (!ok) drop(filename, m, parent);
  }
  return m.exports;
}

function newModule(filename: string, parent: any): any {
  const m = new M(filename, parent);
  addChild(parent, m, false);
  return m;
}

// asked holds the source that a handler of extensions read last, for _compile.
let asked: Loaded | undefined;

// isTyped reports that a file is TypeScript or JSX by its name.
function isTyped(filename: string): boolean {
  const ext = StringPrototypeSlice(filename, StringPrototypeLastIndexOf(filename, "."));
  return ext === ".ts" || ext === ".tsx" || ext === ".jsx" || ext === ".cts";
}

// The handler of .js, and of all that has no other. What a file is, the host says.
function handleJS(m: any, filename: string): void {
  if (m._compile !== compile_ && asNode() && isTyped(filename) && host.sync(OP["module.package"]!, filename) === undefined) {
    m._compile(builtin("node:fs")!.readFileSync(filename, "utf8"), filename); // who compiles TypeScript in its stead wants it as it is
    return;
  }
  const plain = m._compile === compile_ && wrapsAsEver();
  give(m, filename, host.sync(OP["module.load"]!, filename, plain));
}

function give(m: any, filename: string, loaded: Loaded): void {
  switch (loaded.kind) {
    case "esm":
      m.exports = requireESM(filename, m);
      break;
    case "json":
      m.exports = jsonOf(loaded.source, filename);
      break;
    case "text": // Bun's alone
      m.exports = host.importSync(filename);
      break;
    case "compiled":
      run(host.compiled(), m, filename);
      break;
    default:
      asked = loaded;
      m._compile(loaded.source, filename);
  }
}

// loading has the ES modules that a require is loading, each with who first required it.
const loading: Map<string, string | undefined> = new SafeMap();

function requireESM(filename: string, m: any): unknown {
  const first = !loading.has(filename);
  if (first) loading.set(filename, m.parent?.filename);
  let ns: any;
  try {
    ns = host.importSync(filename);
  } catch (e: any) {
    throw e?.code === cycleCode && e.message === "" ? cycle(filename, cycleAdvice) : e;
  } finally {
    if (first) loading.delete(filename);
  }
  if (!asNode()) return ns;
  if (ObjectHasOwn(ns, "module.exports")) return ns["module.exports"];
  return ObjectHasOwn(ns, "default") && !ObjectHasOwn(ns, "__esModule") ? host.importSync("interop:" + filename) : ns;
}

const cycleCode = "ERR_REQUIRE_CYCLE_MODULE";
const cycleAdvice = " A cycle involving require(esm) is not allowed to maintain invariants mandated by the ECMAScript specification. " +
  "Try making at least part of the dependency in the graph lazily loaded.";

// cycle is the error of a require of an ES module that is being loaded.
function cycle(filename: string, advice = ""): Error {
  const first = loading.get(filename);
  return coded(Error_, cycleCode, `Cannot require() ES Module ${filename} in a cycle.${first === undefined ? "" : ` (from ${first})`}${advice}`);
}

function handleJSON(m: any, filename: string): void {
  m.exports = jsonOf(host.sync(OP["module.load"]!, filename).source, filename);
}

// jsonOf is what a first require gives for a JSON file: in Bun the module, if it was imported before.
function jsonOf(source: string, filename: string): unknown {
  const module = asNode() || !StringPrototypeEndsWith(filename, ".json") ? undefined : host.importSync(filename, true);
  return module === undefined ? parseJSON(source, filename) : module;
}

function handleNative(_m: any, filename: string): never {
  throw coded(Error_, "ERR_DLOPEN_FAILED", `Native addons cannot be loaded in a sandbox: ${filename}`);
}

const extensions: Record<string, any> = plain();
extensions[".js"] = handleJS;
extensions[".json"] = handleJSON;
extensions[".node"] = handleNative;

// handlerOf is the name of the longest registered extension of a file.
function handlerOf(filename: string): string {
  const name = basename(filename);
  for (let at = 0; (at = StringPrototypeIndexOf(name, ".", at)) >= 0; at++) {
    if (at === 0) continue;
    const ext = StringPrototypeSlice(name, at);
    if (extensions[ext]) return ext;
  }
  return ".js";
}

const wrapper = ["(function (exports, require, module, __filename, __dirname) { ", "\n});"];
const wrapperStart = wrapper[0]!;
const wrapperEnd = wrapper[1]!;

// wrapsAsEver reports that a program changed nothing of what a module's text is wrapped in.
function wrapsAsEver(): boolean {
  return M.wrap === statics.wrap && wrapper[0] === wrapperStart && wrapper[1] === wrapperEnd;
}
const params = ["exports", "require", "module", "__filename", "__dirname"];

// compileWhole compiles a module's text. What ends too early fails at the end of what it is wrapped in, and is told of its own.
function compileWhole(source: string, filename: string, map: any): Function {
  try {
    return host.compile(source, filename, params, map);
  } catch (e) {
    const stack = host.classOf(e) === "Error" ? ErrorPrototypeGetStack(e) : undefined;
    const at = RegExpPrototypeExec(/^SyntaxError: Unexpected token '[)}]'(\n    at [^\n]*):(\d+):\d+/, stack ?? "");
    if (at !== null) {
      let lines = 1, from = 0;
      for (let i; (i = StringPrototypeIndexOf(source, "\n", from)) >= 0; from = i + 1) lines++;
      if (+at[2] > lines && !closesMore(source, filename)) {
        const said = "Unexpected end of input";
        hide(e as object, "message", said);
        hide(e as object, "stack", `SyntaxError: ${said}${at[1]}:${lines}:${source.length - from + 1}${StringPrototypeSlice(stack, at[0].length)}`);
      }
    }
    throw e;
  }
}

// closesMore reports that a text has a bracket } too many: with one more before it is whole.
function closesMore(source: string, filename: string): boolean {
  try {
    host.compile(`{${source}`, filename, params, undefined);
    return true;
  } catch {
    return false;
  }
}

function compile(m: any, content: string, filename: string): unknown {
  const map = asked !== undefined && asked.source === content ? asked.map : undefined;
  asked = undefined;
  const fn = wrapsAsEver() ? compileWhole(content, filename, map) : host.evalScript(M.wrap(content), filename);
  return run(fn, m, filename);
}

function run(fn: any, m: any, filename: string): unknown {
  return ReflectApply(fn, m.exports, [m.exports, makeRequire(m), m, filename, dirname(filename)]);
}

const methods = {
  load(this: any, filename: string): void {
    this.filename = filename;
    ObjectDefineProperty(this, "paths", pathsOnDemand);
    extensions[handlerOf(filename)](this, filename);
    this.loaded = true;
  },
  require(this: any, id: unknown): unknown {
    validateString(id, "id");
    if (id === "") throw invalidArgValue("id", id, "must be a non-empty string");
    return M._load(id, this, false);
  },
  _compile(this: any, content: string, filename: string): unknown {
    return compile(this, `${content as any}`, `${filename as any}`);
  },
};
const load = methods.load;
const require_ = methods.require;
const compile_ = methods._compile;

// isPlain reports that a program patched nothing of what a require by m goes through.
function isPlain(m: any): boolean {
  return (
    m.require === require_ && M._load === loadModule && M._resolveFilename === resolveFilename && proto.load === load &&
    proto._compile === compile_ && extensions[".js"] === handleJS && extensions[".json"] === handleJSON &&
    wrapsAsEver() && changedExtensions() === undefined
  );
}

// makeRequire makes the require function of a module.
function makeRequire(m: any): any {
  const require: any = {
    require(id: unknown): unknown {
      if (typeof id !== "string" || id === "" || mocking() || !isPlain(m)) return m.require(id);
      // The short way: what the functions above do, in one frame.
      const b = builtin(id);
      if (b !== undefined) return b;
      const key = `${m.path}\0${id}`;
      let known = foundModule(key);
      let filename = "";
      if (known === undefined) {
        filename = resolveFilename(id, m);
        found.set(key, filename);
        known = cache[filename];
      }
      if (known !== undefined) {
        addChild(m, known, true);
        return exportsOf(known);
      }
      const builtinAgain = builtin(filename);
      if (builtinAgain !== undefined) return builtinAgain;
      const child = newModule(filename, m);
      cache[filename] = child;
      child.filename = filename;
      ObjectDefineProperty(child, "paths", pathsOnDemand);
      // Written out here, as in load above: each call more makes the longest chain of modules shorter.
      let ok = false;
      try {
        const loaded: Loaded = host.sync(OP["module.load"]!, filename, true);
        if (loaded.kind === "compiled" || loaded.kind === "cjs") {
          const fn = loaded.kind === "compiled" ? host.compiled() : compileWhole(loaded.source, filename, loaded.map);
          ReflectApply(fn, child.exports, [child.exports, makeRequire(child), child, filename, dirname(filename)]);
        } else give(child, filename, loaded);
        child.loaded = true;
        ok = true;
      } finally {
        if (!ok) drop(filename, child, m);
      }
      return child.exports;
    },
  }.require;
  const resolve: any = {
    resolve(request: unknown, options: unknown): string {
      validateString(request, "request");
      return M._resolveFilename(request, m, false, options);
    },
  }.resolve;
  setOwn(resolve, "paths", {
    paths(request: unknown): string[] | null {
      validateString(request, "request");
      return M._resolveLookupPaths(request, m);
    },
  }.paths);
  setOwn(require, "resolve", resolve);
  setOwn(require, "main", mainModule);
  setOwn(require, "extensions", extensions);
  setOwn(require, "cache", cache);
  return require;
}

// requireCJS runs the module that an import or the command line names, once, and
// returns its module.exports. "scope:" before a path asks for what Bun gives an ES module.
export function requireCJS(id: string): unknown {
  if (StringPrototypeStartsWith(id, "scope:")) {
    let path = StringPrototypeSlice(id, 6);
    if (StringPrototypeStartsWith(path, "file:")) path = pathOf(path);
    return { require: requireOf(path), __dirname: dirname(path), __filename: path };
  }
  const path = StringPrototypeStartsWith(id, "file:") ? pathOf(id) : id;
  if (mainModule === undefined && cache[path] === undefined && path === entryPath()) return loadMain(path);
  return loadFile(path, undefined);
}

// loadMain runs the file, which is not in the cache, as the main module.
function loadMain(path: string): unknown {
  const m = new M(path, null);
  mainModule = m;
  setOwn(process, "mainModule", m);
  m.id = ".";
  return loadInto(m, path, undefined);
}

let preloading = false;

// preload loads what node's options name: files of variables, then modules. What an
// --import names is loaded as a require of it, so it cannot await at its top.
export function preload(): void {
  const list: string[] = host.sync(OP["process.preload"]!);
  if (list.length === 0) return;
  const from = cwd() + "/[preload]";
  const require = requireOf(from);
  preloading = true;
  for (let i = 0; i < list.length; i += 2) {
    const name = list[i + 1]!;
    if (list[i] === "env") process.loadEnvFile(name);
    else {
      const id = list[i] === "import" ? resolveSync(name, from) : name;
      require(StringPrototypeStartsWith(id, "file:") ? pathOf(id) : id);
    }
  }
  preloading = false;
}

// jsonModule is what Node gives for an import of the JSON file at path: what require gave for it, or will give.
export function jsonModule(path: string, source: string): unknown {
  const known = dataOf(cache, path) as any;
  if (typeof known === "object" && known !== null && dataOf(known, "loaded") === true) return dataOf(known, "exports");
  const value = parseJSON(source, path);
  setOwn(cache, path, { exports: value, loaded: true });
  return value;
}

// explain adds to a ReferenceError that ended an ES module why CommonJS's names are not there, as Node does.
export function explain(e: any, id: string): void {
  if (host.classOf(e) !== "Error" || ObjectGetPrototypeOf(e) !== ReferenceErrorPrototype || ObjectHasOwn(e, "name")) return;
  let message = dataOf(e, "message");
  if (typeof message !== "string" || !ArrayPrototypeIncludes(missing, message)) return;
  message += " in ES module scope";
  if (message === "require is not defined in ES module scope") message += ", you can use import instead";
  const path = StringPrototypeStartsWith(id, "/") ? id : StringPrototypeStartsWith(id, "file:") ? pathOf(id) : "";
  if (StringPrototypeEndsWith(path, ".js")) {
    const config = host.sync(OP["module.package"]!, path);
    if (config !== undefined) {
      message += `\nThis file is being treated as an ES module because it has a '.js' file extension and '${config}' contains "type": "module". ` +
        "To treat it as a CommonJS script, rename it to use the '.cjs' file extension.";
    }
  }
  hide(e, "message", message);
}

const missing = [
  "require is not defined", "module is not defined", "exports is not defined", "__filename is not defined", "__dirname is not defined",
];

// requireOf is the require of an ES module, or of what createRequire is given.
function requireOf(path: string): any {
  const m = new M(path);
  m.filename = path;
  ObjectDefineProperty(m, "paths", pathsOnDemand);
  return makeRequire(m);
}

// pathOf is the path of a file: URL.
function pathOf(url: string): string {
  let path = StringPrototypeSlice(url, 7);
  for (let i = 0; i < path.length; i++) {
    if (path[i] === "?" || path[i] === "#") {
      path = StringPrototypeSlice(path, 0, i);
      break;
    }
  }
  return DecodeURIComponent(path);
}

// parseJSON parses a JSON module; its SyntaxError names the file.
export function parseJSON(source: string, path: string): unknown {
  try {
    return JSONParse(StringPrototypeCharCodeAt(source, 0) === 0xfeff ? StringPrototypeSlice(source, 1) : source);
  } catch (e) {
    throw new SyntaxError_(`${path}: ${(e as Error).message}`);
  }
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

// importMeta fills import.meta of a module: id is its path, or its URL.
export function importMeta(meta: Record<string, unknown>, id: string, main: boolean): void {
  let url = id;
  let path: string | undefined = id;
  if (StringPrototypeStartsWith(id, "/")) url = fileURL(id);
  else if (StringPrototypeStartsWith(id, "file:")) path = pathOf(id);
  else path = undefined;
  if (path !== undefined) {
    setOwn(meta, "dirname", dirname(path));
    setOwn(meta, "filename", path);
  }
  setOwn(meta, "resolve", {
    resolve(specifier: unknown): string {
      const name = `${specifier as any}`;
      if (isBuiltin(name)) return StringPrototypeStartsWith(name, "node:") || !isBuiltin(`node:${name}`) ? name : `node:${name}`;
      return host.sync(OP["module.url"]!, name, id);
    },
  }.resolve);
  setOwn(meta, "url", url);
  if (path !== undefined) {
    const file = path;
    setOwn(meta, "path", file);
    setOwn(meta, "dir", dirname(file));
    setOwn(meta, "file", basename(file));
    setOwn(meta, "main", main);
    setOwn(meta, "resolveSync", {
      resolveSync(specifier: unknown, parent?: unknown): string {
        return resolveSync(`${specifier as any}`, parent === undefined ? file : `${parent as any}`);
      },
    }.resolveSync);
    onDemand(meta, "require", () => requireOf(file));
  }
  onDemand(meta, "env", () => process.env);
  onDemand(meta, "input", programInput);
}

// resolveSync is the path of what an import of specifier in a file, or by a file of
// the directory from, finds.
export function resolveSync(specifier: string, from: string): string {
  if (isBuiltin(specifier)) return specifier;
  return host.sync(OP["module.find"]!, specifier, from);
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

// known are the modules of Node 20: what packages ask builtinModules for.
const known = [
  "_http_agent", "_http_client", "_http_common", "_http_incoming", "_http_outgoing", "_http_server", "_stream_duplex", "_stream_passthrough",
  "_stream_readable", "_stream_transform", "_stream_wrap", "_stream_writable", "_tls_common", "_tls_wrap", "assert", "assert/strict",
  "async_hooks", "buffer", "child_process", "cluster", "console", "constants", "crypto", "dgram", "diagnostics_channel", "dns", "dns/promises",
  "domain", "events", "fs", "fs/promises", "http", "http2", "https", "inspector", "inspector/promises", "module", "net", "os", "path",
  "path/posix", "path/win32", "perf_hooks", "process", "punycode", "querystring", "readline", "readline/promises", "repl", "stream",
  "stream/consumers", "stream/promises", "stream/web", "string_decoder", "sys", "timers", "timers/promises", "tls", "trace_events", "tty",
  "url", "util", "util/types", "v8", "vm", "wasi", "worker_threads", "zlib",
];
const schemeOnly = ["node:sea", "node:test", "node:test/reporters"];

let registered = false;

const statics = {
  createRequire(filename: unknown): unknown {
    const text = typeof filename === "object" && filename !== null ? (filename as any).href : filename;
    let path: unknown = text;
    if (typeof text === "string" && StringPrototypeStartsWith(text, "file:")) path = builtin("node:url")!.fileURLToPath(text);
    if (typeof path !== "string" || !StringPrototypeStartsWith(path, "/")) {
      throw invalidArgValue("filename", filename, "must be a file URL object, file URL string, or absolute path string");
    }
    return requireOf(StringPrototypeEndsWith(path, "/") ? path + "noop.js" : path);
  },
  isBuiltin(name: unknown): boolean {
    if (typeof name !== "string") return false;
    const bare = StringPrototypeStartsWith(name, "node:") ? StringPrototypeSlice(name, 5) : name;
    return ArrayPrototypeIncludes(known, bare) || ArrayPrototypeIncludes(schemeOnly, name) || isBuiltin(name);
  },
  syncBuiltinESMExports(): void {
    host.syncBuiltins();
  },
  findSourceMap(): undefined {
    return undefined;
  },
  SourceMap,
  register(): void {
    if (!registered) process.emitWarning("module.register() changes nothing here: hooks run in another thread, which modules are not loaded in");
    registered = true;
  },
  // What starts programs, as ts-node does, has put the program's file into argv.
  runMain(main: string = process.argv[1]): void {
    const path: string = M._resolveFilename(main, null, true);
    if (cache[path] === undefined) loadMain(path);
  },
  wrap(script: string): string {
    return wrapper[0]! + script + wrapper[1]!;
  },
  _debug(): void {},
  _findPath(request: string, paths: unknown): string | false {
    try {
      const lookup = StringPrototypeStartsWith(request, "/") || !ArrayIsArray(paths) ? undefined : ArrayPrototypeSlice(paths);
      return find(request, cwd() + "/[eval]", lookup);
    } catch (e: any) {
      if (e?.code === "MODULE_NOT_FOUND") return false;
      throw e;
    }
  },
  _initPaths(): void {},
  _load: loadModule,
  _nodeModulePaths: nodeModulePaths,
  _preloadModules(): void {},
  _resolveFilename: resolveFilename,
  _resolveLookupPaths(request: string, parent: any): string[] | null {
    if (isBuiltin(request)) return null;
    if (isRelative(request)) return [parent?.filename ? dirname(parent.filename) : "."];
    return parent && ArrayIsArray(parent.paths) ? ArrayPrototypeSlice(parent.paths) : [];
  },
};

const protoKeys = ObjectKeys(methods);
for (let i = 0; i < protoKeys.length; i++) setOwn(proto, protoKeys[i]!, (methods as any)[protoKeys[i]!]);
hide(proto, "constructor", Module);
ObjectDefineProperty(proto, "isPreloading", { __proto__: null, get: () => preloading, configurable: true } as any);
const staticKeys = ObjectKeys(statics);
for (let i = 0; i < staticKeys.length; i++) setOwn(M, staticKeys[i]!, (statics as any)[staticKeys[i]!]);
setOwn(M, "Module", Module);
setOwn(M, "builtinModules", []);
setOwn(M, "globalPaths", []);
{
  // Of Node 22, whose tools call it first: it is there by its names, and in no list. Code is kept by the host, for all programs alike.
  const compileCache = {
    constants: { __proto__: null, compileCacheStatus: { __proto__: null, FAILED: 0, ENABLED: 1, ALREADY_ENABLED: 2, DISABLED: 3 } },
    enableCompileCache: (): object => ({ __proto__: null, status: 3 }),
    flushCompileCache(): void {},
    getCompileCacheDir: (): undefined => undefined,
  };
  const names = ObjectKeys(compileCache);
  for (let i = 0; i < names.length; i++) hide(M, names[i]!, (compileCache as any)[names[i]!]);
}
hide(M, "wrap", statics.wrap);
hide(M, "wrapper", wrapper);
setOwn(M, "_cache", cache);
setOwn(M, "_extensions", extensions);
setOwn(M, "_pathCache", plain());

register(["node:module", "module"], () => {
  // Those that are there: the factory runs when all are registered.
  for (let i = 0; i < known.length; i++) if (isBuiltin(known[i]!)) ArrayPrototypePush(M.builtinModules, known[i]!);
  return M;
});
