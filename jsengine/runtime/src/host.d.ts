// The bridge between the runtime library and the engine.
//
// The bundle is evaluated once, when the image is made, as the body of a
// function whose only parameter is `host`: sources see it as the ambient
// constant below. It is never reachable from globalThis, and no function of it
// may be handed to guest code as it is.
//
// Values that cross to Go ("wire" values): undefined, null, boolean, number,
// bigint, string, ArrayBuffer and views (as bytes), arrays, plain objects (own
// enumerable string keys), errors (name, message, code). Anything else is a
// TypeError. Depth is at most 64. From Go come the same; bytes arrive as a
// fresh Uint8Array, a host error as an Error with its fields (code, errno,
// syscall, path, dest, …) as own enumerable properties.

declare const host: Host;

declare module "buntime:ops" {
  // Opcode of each host operation, by name: OP["fs.readFile"]. Injected by the build.
  export const OP: { readonly [name: string]: number };
}

interface Host {
  // sync runs an operation at once: its value, or throws its error.
  sync(op: number, ...args: unknown[]): any;
  // async starts an operation in the background. The promise is an intrinsic
  // one, whatever the guest did to Promise. The operation keeps the program
  // alive until it settles. Arguments are read before it returns.
  async(op: number, ...args: unknown[]): Promise<any>;
  // start is async with a callback, called from the event loop as done(undefined, value) or
  // done(error): it returns the operation's id for ref, unref and cancel.
  start(op: number, done: (error: any, value: any) => void, ...args: unknown[]): number;
  // asyncId is the id of the operation that the last host.async call started.
  asyncId(): number;
  ref(id: number): void; // the operation keeps the program alive (the default)
  unref(id: number): void; // it does not
  cancel(id: number): void; // its context is cancelled; it still settles, with an AbortError if nothing else

  // setTimers tells the event loop when to call onTurn next: `at` in the
  // milliseconds of host.now() (-1: no timer), and how many things of the
  // runtime's own (ref'd timers, listeners, …) keep the program alive. Costs no crossing.
  setTimers(at: number, refs: number): void;

  // write appends to standard output (1) or error (2). Strings as UTF-8. It
  // never throws for guest data; what goes over the stream's limit is cut by the host.
  write(fd: 1 | 2, data: string | ArrayBufferView): void;

  // exit ends the program at once with code (0 to 255), through any finally,
  // catch or await. It does not return.
  exit(code: number): never;
  // exitCode is what the program ends with when it ends by itself (default 0).
  setExitCode(code: number): void;
  // uncaught treats error as one that nothing caught: calls onUncaught, and
  // unless that says it was handled, prints and ends the program with exit code 1.
  uncaught(error: unknown): void;

  now(): number; // monotonic milliseconds since the program started, coarse, with a fraction
  // Date.now() and performance.now() work in the instance as well; timeOrigin is not baked.
  // random fills a view from the host's secure generator.
  random(view: ArrayBufferView): void;

  // Text. Views may be any ArrayBuffer, typed array or DataView.
  utf8Encode(s: string): Uint8Array; // lone surrogates become U+FFFD
  utf8Length(s: string): number;
  utf8EncodeInto(s: string, into: Uint8Array): [read: number, written: number];
  utf8Decode(bytes: BufferSource, fatal?: boolean, keepBOM?: boolean): string; // WHATWG; fatal: TypeError
  latin1Encode(s: string): Uint8Array; // low byte of each unit
  latin1Encode(s: string, strict: true): Uint8Array | null; // null if a unit has more
  latin1Decode(bytes: BufferSource): string;
  utf16leEncode(s: string): Uint8Array;
  utf16leDecode(bytes: BufferSource): string; // an odd last byte is dropped
  hexEncode(bytes: BufferSource): string;
  hexDecode(s: string): Uint8Array; // of the lower bytes of characters; stops at the first pair that is not hexadecimal, as Node does
  base64Encode(bytes: BufferSource, url?: boolean): string; // url: alphabet -_ and no padding
  base64Decode(s: string): Uint8Array; // Node's: of the lower bytes of characters, both alphabets, skips what is not base64, stops at '='
  base64DecodeStrict(s: string): Uint8Array | null; // WHATWG forgiving-base64 (atob); null: not base64
  headerText(s: string): 0 | 1 | 2; // 2: a token of HTTP; 1: a field's value that needs no other look; 0: it does
  compareBytes(a: BufferSource, b: BufferSource): number; // -1, 0 or 1

  // A structured clone of primitives, plain objects, arrays and dates; undefined if there is anything else in v.
  clonePlain<T>(v: T): T | undefined;

  // Inspection that guest code cannot forge or observe.
  classOf(v: unknown): string; // "Object", "Array", "Map", "Set", "WeakMap", "WeakSet", "WeakRef", "Date", "RegExp", "Error", "Promise",
  // "Proxy", "ArrayBuffer", "SharedArrayBuffer", "Uint8Array"…, "DataView", "Number", "String", "Boolean", "Symbol", "BigInt" (boxed),
  // "Arguments", "Function", "AsyncFunction", "GeneratorFunction", "AsyncGeneratorFunction", "Generator", "AsyncGenerator",
  // "Map Iterator", "Set Iterator", "Array Iterator", "String Iterator", "RegExp String Iterator", "Module", "DOMException", …; "" for a primitive
  isConstructor(f: unknown): boolean;
  isClass(f: unknown): boolean; // made by `class`
  promiseState(p: unknown): [state: "pending" | "fulfilled" | "rejected", value: unknown] | undefined; // undefined: not a promise
  proxyDetails(p: unknown): [target: object | null, handler: object | null] | undefined; // undefined: not a proxy; null, null: revoked
  previewEntries(v: unknown): [entries: unknown[], pairs: boolean] | undefined; // Map, Set, WeakMap, WeakSet and iterators of the first two, without advancing them
  makerName(proto: object): string | undefined; // the name of a function whose prototype this is; looks at everything there is
  buffer(v: unknown): [buffer: ArrayBufferLike, offset: number, length: number, tracks: boolean] | undefined; // of a view, from its internal slots; tracks: its length is its buffer's
  // share makes a buffer one that other threads can have, and returns its number in this one; attach makes a buffer of what a
  // message brought. A number below zero says why not (see structured-clone.ts).
  share(v: SharedArrayBuffer): number;
  attach(n: number): SharedArrayBuffer | number;
  markHandled(p: Promise<unknown>): void; // its rejection is never reported

  // Modules.
  // compile makes a sloppy-mode function(...params) { source } whose stack frames say `filename`; map as module.load gives it.
  compile(source: string, filename: string, params: string[], map?: Uint8Array): Function;
  // compiled is that function of a CommonJS source which module.load just answered for with the kind "compiled".
  compiled(): Function;
  // evalScript runs in global scope; line is its first line's number, timeout in ms.
  evalScript(source: string, filename: string, line?: number, timeout?: number): any;
  checkScript(source: string, filename: string, line: number): void; // throws what compiling it throws
  // realm makes a realm of ECMAScript's builtins whose globals are own (undefined: it has a global object as any realm), and calls the function that prelude is the code of with given. What it returns is
  // evalScript and compile of that realm, and drain, which runs its jobs. None of it may reach the guest.
  realm(own: object | undefined, strings: boolean, prelude: string, given: object): [
    run: (source: string, filename: string, line: number, timeout: number | undefined) => unknown,
    compile: (source: string, filename: string, params: string[], map?: Uint8Array) => Function,
    drain: (timeout: number | undefined) => void,
  ];
  import(specifier: string, referrer: string): Promise<any>; // the namespace
  // syncBuiltins updates what ES modules imported from built-in modules.
  syncBuiltins(): void;
  // importSync links and evaluates an ES module at once and returns its namespace; throws
  // ERR_REQUIRE_ASYNC_MODULE if it has top-level await that did not settle. With loaded, undefined unless it was evaluated before.
  importSync(url: string, loaded?: boolean): any;

  // promiseHook makes f hear of promises: 0 made (with the promise it was derived from), 1 and 2 before and after its
  // reaction runs, 3 resolved. It costs nothing until it is set; undefined ends it.
  promiseHook(f: ((type: 0 | 1 | 2 | 3, promise: Promise<unknown>, parent: Promise<unknown> | undefined) => void) | undefined): void;
  // mocking puts exports in the place of what the loaded module of that name exports, if there is one. From now on the
  // hook mocked is asked first what a specifier means.
  mocking(name: string, exports: object): void;
  drain(): void; // runs the jobs that wait

  // asyncContext is what asynchronous work carries along: a job has that of where it was queued, a promise's reaction
  // that of where it was registered. It is undefined until setAsyncContext is called.
  asyncContext(): unknown;
  setAsyncContext(context: unknown): void;
  jobsPending(): boolean; // whether jobs wait to run
  // zone hands over the function that knows local time: at a time in milliseconds, the offset from UTC in minutes, and from
  // when and until when it holds. Without one, what that function said is forgotten.
  zone(offset?: (ms: number) => [minutes: number, from: number, until: number]): void;

  // wasm is what the engine does for WebAssembly; web/wasm.ts has its operations. It trusts its arguments' classes.
  wasm(op: number, ...args: unknown[]): any;

  // install hands over the hooks, once, when the image is made.
  install(hooks: Hooks): void;
}

interface Hooks {
  // Everything here runs in the instance, never when the image is made. What a
  // program is given (argv, env, cwd, input) is read when first needed:
  //   OP["process.argv"] → string[] (without the executable), OP["process.env"] → object,
  //   OP["process.cwd"] → string, OP["process.entry"] → string, OP["process.input"] → JSON text | undefined,
  //   OP["process.info"] → { version, memoryLimit, startTime (ms since 1970), … },
  //   OP["stdin.read"] (async) and OP["stdin.readSync"] (most) → Uint8Array, empty at the end; OP["process.memory"] → { used, limit }, OP["process.cpu"] → µs
  //   OP["host.names"] → string[] of globalThis.host's functions; OP["host.call"] (async; name, JSON text) → JSON text
  //   OP["module.resolve"] (specifier, referrer, extensions?, lookup?) → path, or a built-in module's name: what a require finds;
  //   OP["module.find"] (specifier, referrer) → path: what an import finds; OP["module.url"] (specifier, referrer) → URL
  //   OP["module.package"] (path) → the package.json that makes a .js file an ES module | undefined
  //   OP["module.load"] (path, mayCompile) → { kind: "esm" | "compiled" } | { kind: "cjs"|"json"|"text", source: string, map?: Uint8Array }   (TypeScript comes transformed)

  // host defines globalThis.host, and what a worker begins with; it runs before the entry module of a program that has functions of its host or is a worker.
  host(): void;
  // onTurn runs timers that are due at now (milliseconds of host.now()) and calls host.setTimers again.
  onTurn(now: number): void;
  // onUncaught gets an error that nothing caught, or the reason of a rejection that nothing
  // handled. It returns undefined if a listener handled it, else the text for standard error
  // (name, message, stack, causes; with its final newline), and the program ends with exit code 1.
  onUncaught(error: unknown, origin: "uncaughtException" | "unhandledRejection", promise?: Promise<unknown>): string | undefined;
  // onHandled reports a promise whose rejection was reported and got a handler after all.
  onHandled?(promise: Promise<unknown>): void;
  // onBeforeExit runs when nothing keeps the program alive; it may schedule more work.
  onBeforeExit?(code: number): void;
  // onExit runs last, also after an uncaught error (not after host.exit, whose caller emits "exit" itself) and returns the final exit code.
  onExit?(code: number): number;
  // builtin returns the exports object of a builtin module ("node:fs", "fs", "bun", …) or undefined. Its own enumerable keys
  // become named exports; `default` is exports.default if it is an own key, else the object.
  builtin(name: string): Record<string, unknown> | undefined;
  // mocked is what a specifier in the module base means by a mock: the name of a builtin module; undefined: there is none.
  mocked(specifier: string, base: string): string | undefined;
  // requireCJS runs (or finds in the cache) the CommonJS module of an ID, its absolute path or URL, and returns
  // module.exports. "scope:" before an ID asks for what that ES module may use as if it were CommonJS.
  requireCJS(id: string): unknown;
  // importMeta fills a module's import.meta when it is first used.
  importMeta(meta: Record<string, unknown>, id: string, main: boolean): void;
  // onDefault gets the default export of the entry module of a program that does not run as Node would, if it is an object.
  onDefault(value: object): void;
  // jsonModule returns what Node gives for an import of the JSON file at path: what require has for it, or will have.
  jsonModule(path: string, source: string): unknown;
  // explain gets the error that ended the evaluation of an ES module, in a program that runs as Node would, and may say more in it.
  explain(error: unknown, id: string): void;
  // waitAsync is Atomics.waitAsync, of checked arguments: the address of an integer in buffer, and how many bytes it has.
  waitAsync(buffer: SharedArrayBuffer, place: number, width: number, value: bigint, ms: number): object;
  // notified is told that Atomics.notify woke someone, in a program that called waitAsync.
  notified(): void;
  // makeError makes host errors whose name is not one of ECMAScript's own (AbortError, TimeoutError, …): usually a DOMException.
  makeError(name: string, message: string): Error;
}
