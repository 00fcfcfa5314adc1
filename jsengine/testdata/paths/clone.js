// structuredClone of what is plain all through, against the same with something
// beside it that is not: a Map, for which it has another way.
const check = (name, got, want) => { if (!Object.is(got, want)) console.log(`${name}: ${String(got)}, not ${String(want)}`); };
// All that can be told of a value, with where it has the same object again.
const see = (v, seen = new Map()) => {
  if (typeof v === "bigint") return `${v}n`;
  if (Object.is(v, -0)) return "-0";
  if (Object(v) !== v) return typeof v === "string" ? JSON.stringify(v) : String(v);
  if (seen.has(v)) return `#${seen.get(v)}`;
  seen.set(v, seen.size);
  const of = Object.getPrototypeOf(v)?.constructor?.name, time = v instanceof Date ? Number(v) : "";
  return `${of}${time}${Object.isFrozen(v)}${Object.isExtensible(v)}{${Reflect.ownKeys(v).map(k => {
    const d = Object.getOwnPropertyDescriptor(v, k);
    return `${String(k)}:${d.writable}${d.enumerable}${d.configurable}${see(d.value, seen)}`;
  })}}`;
};
const run = f => { try { return see(f()); } catch (e) { return `${e.name} ${e.message}`; } };
let reads = "";
class Own extends Array {}
class Point { constructor() { this.x = 1; } }
class Private { #p = 1; static has = o => #p in o; }
class Returned { constructor(o) { return o; } }
class Stamped extends Returned { #stamp = 1; static has = o => #stamp in o; }
const shared = { s: 1 }, date = new Date(5), cycle = { list: [] }, ring = [];
cycle.self = cycle; cycle.list.push(cycle, cycle.list);
ring.push(ring, [ring]);
let deep = {}, deeper = [];
for (let i = 0; i < 300; i++) deep = i % 2 ? [deep] : { deep };
for (let i = 0; i < 1100; i++) deeper = [deeper];
const many = Array.from({ length: 500 }, (_, i) => ({ i, at: [i], shared }));
const values = {
  undefined, null: null, number: 1.5, zero: -0, nan: NaN, text: "a", rope: "ab".repeat(9) + "c".repeat(9000), big: 2n ** 70n, short: 3n, true: true,
  empty: {}, list: [], some: [1, "a", null, undefined, -0, 1n], object: { b: 1, a: "2", c: { d: [] } }, indexes: { b: 1, 2: "two", 1: "one", a: 3 }, proto: JSON.parse('{"__proto__":1,"a":2}'),
  sharing: [shared, shared, { shared }], cycle, ring, deep, deeper, many, date, dates: [date, date, new Date(NaN), new Date(2 ** 40)], dateWith: Object.assign(new Date(1), { a: 1 }),
  deleted: (() => { const o = { a: 1, b: 2, c: 3 }; delete o.b; return o; })(), frozen: Object.freeze({ a: [1] }), frozenList: Object.freeze([1, {}]), sealed: Object.seal({ a: 1 }), hidden: Object.defineProperty({ a: 1 }, "b", { value: 2 }),
  getter: { get a() { reads += "a"; return { made: 1 }; }, b: 2 }, hiddenGetter: Object.defineProperty({ a: 1 }, "b", { get() { reads += "hidden"; } }), symbol: { [Symbol("s")]: 1, a: 2 }, throws: { get a() { throw new RangeError("read"); } },
  holes: [1, , 3], long: Object.assign([1], { length: 5 }), named: Object.assign([1, 2], { name: "n" }), subclass: Own.from([1, 2]), instance: new Point(), nothing: Object.assign(Object.create(null), { a: 1 }), inherits: Object.create({ a: 1 }, { b: { value: 2, enumerable: true } }),
  private: new Private(), stamped: new Stamped({ a: 1 }), stampedList: new Stamped([1]), func: { f() {} }, aSymbol: { s: Symbol("x") }, boxed: [Object(1), Object("s")], regexp: /a/g, error: new TypeError("e"), args: (function () { return arguments; })(1, 2), proxy: { p: new Proxy({}, {}) },
  blob: [new Blob(["a"])], url: { u: new URL("http://a/") }, port: { p: new MessageChannel().port1 }, bytes: { b: new Uint8Array([1, 2]) }, global: { g: Reflect.ownKeys(globalThis).length > 10 }, many1: [[[[[[[[1]]]]]]]],
  wide: Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`k${i}`, i])),
};
for (const [name, v] of Object.entries(values)) {
  reads = "";
  const alone = run(() => structuredClone([v])[0]), first = reads;
  reads = "";
  check(name, alone, run(() => structuredClone([v, new Map()])[0]));
  check(`${name} reads`, first, reads);
}
const copy = structuredClone(values.sharing);
check("shares", copy[0] === copy[1] && copy[1] === copy[2].shared && copy[0] !== shared, true);
copy[0].later = 1;
check("the shape is its own", Object.keys(shared).join() + Object.keys(structuredClone(shared)).join(), "ss");
check("brand", [Private.has(structuredClone([values.private])[0]), Stamped.has(structuredClone([values.stamped])[0])].join(), "false,false");
const buffer = new ArrayBuffer(4);
check("transfer", structuredClone({ a: [buffer] }, { transfer: [buffer] }).a[0].byteLength + buffer.byteLength, 4);
let nested = [];
for (let i = 0; i < 1e5; i++) nested = [nested];
check("too deep", run(() => structuredClone(nested)).slice(0, 10), "RangeError");
nested = null;
Array.prototype[1] = "below";
check("over the prototype", Object.hasOwn(structuredClone([1, 2]), 1), true);
delete Array.prototype[1];
Object.defineProperty(Object.prototype, "set", { set() { console.log("set"); }, configurable: true });
check("no setter", structuredClone({ set: 1 }).set, 1);
delete Object.prototype.set;
console.log("checked");
