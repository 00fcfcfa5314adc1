// Error.captureStackTrace, Error.stackTraceLimit and Error.prepareStackTrace as V8 has them.
const show = (name, f) => { try { console.log(name, JSON.stringify(f())); } catch (e) { console.log(name, "!", e.name, e.message); } };
const names = (stack) => stack.split("\n").slice(1).map((l) => /at (\w+) \(/.exec(l)?.[1] ?? "?");
function elsewhere() {}
const capture = (o, f) => { Error.captureStackTrace(o, f); return o.stack; };
show("not running", () => capture({}, elsewhere));
show("of an error", () => capture(new TypeError("m"), elsewhere));
show("name and message", () => capture({ name: "N", message: "M" }, elsewhere));
show("of an array", () => capture([1], elsewhere));
show("without a prototype", () => capture(Object.create(null), elsewhere));
for (const f of [undefined, null, 1, {}, class {}, Math.max, new Proxy(elsewhere, {}), elsewhere.bind()]) show(`from ${typeof f}`, () => capture({}, f) !== "Error");
for (const o of [undefined, null, 1, "x", Symbol()]) show("of no object", () => capture(o));
show("frozen", () => capture(Object.freeze({})));
show("sealed", () => capture(Object.seal({ stack: 1 })) !== 1);
show("from there", () => { function a() { return capture({}, a); } function b() { return a(); } return names(b())[0]; });
show("from the last call", () => { function a(n) { return n ? a(n - 1) : capture({}, a); } return names(a(3)).slice(0, 3); });
const limit = Error.stackTraceLimit;
show("limit", () => Object.getOwnPropertyDescriptor(Error, "stackTraceLimit"));
const deep = (n) => (n ? deep(n - 1) : new Error("d").stack?.split("\n").length);
for (const v of [0, 1, -1, 3.7, NaN, Infinity, "5", null, undefined, {}, true, 1e10, 200]) {
  Error.stackTraceLimit = v;
  const n = deep(200);
  const o = {};
  Error.captureStackTrace(o);
  const e = new Error("e");
  Error.stackTraceLimit = limit;
  show(`limit ${String(v)}`, () => [n > 201 ? "all" : n, typeof o.stack, "stack" in o, typeof e.stack]);
}
delete Error.stackTraceLimit;
show("no limit", () => [typeof new Error("x").stack, typeof capture({}), require("node:util").inspect(new Error("x"))]);
Object.defineProperty(Error, "stackTraceLimit", { get: () => 1, configurable: true });
show("limit of an accessor", () => typeof new Error("x").stack);
Object.defineProperty(Error, "stackTraceLimit", { value: 100, writable: true, enumerable: true, configurable: true });
Error.prepareStackTrace = (e, sites) => [String(e), sites.length > 0];
show("prepared", () => new Error("x").stack);
show("prepared capture", () => capture({ name: "a" }));
show("prepared without frames", () => capture({}, elsewhere));
Error.prepareStackTrace = () => { throw new RangeError("inner"); };
show("throws", () => { const e = new Error("x"); console.log("made"); return e.stack; });
let calls = 0;
Error.prepareStackTrace = () => { calls++; return "S"; };
const e = new Error("x"), later = new Error("y"), never = new TypeError("z");
show("when read", () => [calls, e.stack, e.stack, calls]);
Error.prepareStackTrace = (_, sites) => sites.map((s) => s.getFunctionName());
show("by what is there then", () => later.stack.length > 0);
show("all frames", () => { const f = (n) => (n ? f(n - 1) : new Error("x").stack.length); return f(90) > 90; });
Error.prepareStackTrace = undefined;
show("by nothing", () => never.stack.split("\n")[0]);
Error.prepareStackTrace = (_, sites) => sites[0].toString().replace(/\(.*/, "");
class K { constructor() { this.stack = new Error("x").stack; } }
show("of a constructor", () => new K().stack);
