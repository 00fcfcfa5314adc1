// JSON.parse without and with a reviver that changes nothing, and JSON.stringify
// without and with such a replacer, take different ways through the engine. They
// must agree on every text and value. Prints what differs.
let seed = 12345;
const random = (n) => (seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff) % n;
const one = (a) => a[random(a.length)];
const attempt = (f) => {
  try {
    return f();
  } catch (e) {
    return `${e.name}: ${e.message}`;
  }
};
// shape writes all that a program can see of a parsed value.
const shape = (v) => {
  if (typeof v === "string") return "s" + [...Array(v.length).keys()].map((i) => v.charCodeAt(i).toString(16)).join(" ");
  if (typeof v === "number") return Object.is(v, -0) ? "-0" : String(v);
  if (v === null || typeof v !== "object") return String(v);
  const kind = Array.isArray(v) ? "A" + v.length : Object.getPrototypeOf(v) === Object.prototype ? "O" : "?";
  return kind + "{" + Reflect.ownKeys(v).filter((k) => kind === "O" || k !== "length").map((k) => {
    const d = Object.getOwnPropertyDescriptor(v, k);
    return shape(k) + (d.writable && d.enumerable && d.configurable ? ":" : "!") + shape(d.value);
  }).join(",") + "}";
};
let checked = 0;
const parse = (text) => {
  checked++;
  const fast = attempt(() => shape(JSON.parse(text)));
  const slow = attempt(() => shape(JSON.parse(text, (k, v) => v)));
  if (fast !== slow) console.log("parse", JSON.stringify(text.slice(0, 200), (k, v) => v), fast.slice(0, 300), slow.slice(0, 300));
};
const print = (v, gap) => {
  checked++;
  const fast = attempt(() => JSON.stringify(v, undefined, gap));
  const slow = attempt(() => JSON.stringify(v, (k, x) => x, gap));
  if (fast !== slow) console.log("stringify", String(fast).slice(0, 300), String(slow).slice(0, 300));
};

const texts = [
  "", " ", "1", "-1", "-0", "0", "00", "01", "-", "+1", "1.", ".5", "1.5", "1e5", "1e", "1e+", "1E-3", "-0.0", "1e400", "-1e400", "1e-400", "2147483647", "2147483648", "-2147483648", "-2147483649",
  "9007199254740993", "123456789012345678901234567890", "0.1234567890123456789", "1e22", "1e23", "123456789012345e22", "5e-324", "0.000001", "4.35", "1".repeat(200), "0." + "0".repeat(200) + "1",
  "true", "false", "null", "tru", "nul", "trueq", "True", "undefined", "NaN", '"', '"a', '"a"', '"a" ', ' "a"', '"a"b', '"\\', '"\\"', '"\\q"', '"\\u12"', '"\\u12g4"', '"\\uD834\\uDD1E"', '"\\ud834"', '"\ud834"', '"é№𝒳"', '"\u0000"', '"\n"', '"\\b\\f\\n\\r\\t\\/\\\\\\""',
  "[]", "[ ]", "[1", "[1,", "[1,]", "[,]", "[1 2]", "[1,2,3]", "[[[]]]", "[" + "1,".repeat(200) + "1]", "[" + "[".repeat(50) + "]".repeat(51), "]", "[}", "[1]]",
  "{}", "{ }", "{", "{a:1}", '{"a"', '{"a":', '{"a":1', '{"a":1,', '{"a":1,}', '{"a" 1}', '{"a":1 "b":2}', '{"a":1,"a":2}', '{"b":1,"a":2,"b":{"c":3}}', '{"__proto__":1}', '{"__proto__":{"x":1},"y":2}', '{"2":1,"1":2,"a":3}', '{"":1}', '{"\\u0061":1,"a":2}', '{"a\\"":1}', "{'a':1}", '{"é":1,"№":2}', '{"length":1,"toJSON":2}',
  '[{"a":1,"b":2},{"a":3,"b":4},{"a":5},{"a":5,"b":6,"c":7},{"b":1,"a":2},{"a":1,"a":2},{"a":1,"b":2,"b":3},{}]', '[{"a\\\\":1},{"a\\\\":2},{"a":3}]', '[{"a":{"a":1}},{"a":{"b":1}},{"b":[{"a":1}]}]', '[{"a":[1,{"x":1}]},{"a":[1,{"x":2}]}]', '[{"1":1,"x":2},{"1":3,"x":4}]',
  "\ufeff1", "\u00a01", "1\u2028", " \t\r\n1\n", "\f1", "/**/1", "[1,\n2,\n\n3", '{"é":1,]', "[1,2]x",
];
for (const t of texts) parse(t);

const strings = ["", "a", "key", "a b", "é", "№ 1", "𝒳", "\ud800", "\udc00x", "x\ud83d", '"', "\\", "\n\t\b\f\r", "\u0001\u001f\u007f\u0080", "1", "10", "007", "-1", "1.5", "__proto__", "toJSON", "length", "constructor", "x".repeat(300), "é".repeat(40) + "№"];
const numbers = [0, -0, 1, -1, 42, 2147483647, -2147483648, 4294967296, 0.1, 1.5, -2.25, 1e-6, 1e-7, 9.999999e-7, 123456.789, 1e15, 999999999999999, 1e20, 1e21, 1.7976931348623157e308, 5e-324, NaN, Infinity, -Infinity, 0.1 + 0.2, 1 / 3, 100 * 1.1, 4.35, 1.005];
const value = (depth) => {
  const r = random(depth > 0 ? 14 : 8);
  if (r < 2) return one(strings);
  if (r < 4) return one(numbers);
  if (r === 4) return one([true, false, null]);
  if (r === 5) return one(strings) + one(strings) + random(100);
  if (r === 6) return random(1e6) / one([1, 10, 100, 1000, 7]);
  if (r === 7) return one([undefined, null, 1]);
  if (r < 11) return Array.from({ length: random(5) }, () => value(depth - 1));
  const o = {};
  for (let i = random(5); i > 0; i--) Object.defineProperty(o, one(strings), { value: value(depth - 1), writable: true, enumerable: true, configurable: true });
  return o;
};
const gaps = [undefined, null, 0, 1, 4, 20, -1, 2.9, NaN, "", "\t", "--", "№", "0123456789abcdef", true];
for (let i = 0; i < 400; i++) {
  const v = value(4);
  print(v, one(gaps));
  const text = JSON.stringify(v, (k, x) => x, one(gaps));
  if (text === undefined) continue;
  parse(text);
  parse(`[${text},${text},${JSON.stringify(value(3))}]`);
  const at = random(text.length);
  parse(text.slice(0, at));
  parse(text.slice(0, at) + one(['"', "\\", ",", "}", "]", "1", "\u0000", "é", "№"]) + text.slice(at + random(2)));
}

class Point {
  x = 1;
  #hidden = 2;
  get y() { return 3; }
}
const sparse = [1, , 3];
const extra = [1, 2]; extra.more = 3;
const answers = [1]; answers.toJSON = () => "answer";
const long = [1, 2]; long.length = 4;
const deleted = { a: 1, b: 2, c: 3 }; delete deleted.b;
const hidden = Object.defineProperty({ a: 1 }, "b", { value: 2, enumerable: false });
const getter = { get a() { return 1; }, b: 2 };
const cycle = { a: {} }; cycle.a.b = cycle;
const ring = []; ring.push([ring]);
let deep = 1;
for (let i = 0; i < 300; i++) deep = i % 2 ? [deep] : { deep };
const inherited = Object.create({ inherited: 1 }, { own: { value: 2, enumerable: true } });
const teaches = Object.create({ toJSON() { return "taught"; } });
let rope = "";
for (let i = 0; i < 300; i++) rope += i + "é";
const special = [
  undefined, () => 1, Symbol("s"), 1n, [1n], { a: 1n }, new Point(), sparse, extra, answers, long, deleted, hidden, getter, cycle, ring, deep, inherited, teaches, rope, { rope },
  new Date(0), [new Date(0)], { d: new Date(NaN) }, new String("s"), new Number(1), new Boolean(false), [new String("x")], Object(1n), Object(Symbol()), new Map([[1, 2]]), new Set([1]), new Uint8Array(3), /x/g, new Error("e"), Math, JSON, globalThis.Intl,
  { a: undefined, b: () => 1, [Symbol("k")]: 1, c: Symbol() }, [undefined, () => 1, Symbol()], Object.create(null), Object.assign(Object.create(null), { a: 1 }), Object.freeze({ a: [1] }),
  new Proxy({ a: 1 }, {}), [new Proxy([1, 2], {})], { toJSON() { return { a: this.b }; }, b: 2 }, { toJSON: 1, a: 2 }, { a: { toJSON: (k) => k } }, [{ toJSON: (k) => k }], Object.assign(() => 1, { toJSON: () => "f" }), { 2: "b", 1: "a", x: 0, "-1": 1, "1.5": 2, 4294967295: 3 },
  (function () { return arguments; })(1, 2), new (class extends Array { toJSON() { return "sub"; } })(), new (class extends Array {})(3), JSON.rawJSON?.("1e1000"), [JSON.rawJSON?.('"x"')], process.env, structuredClone({ a: [1] }),
];
for (const v of special) for (const gap of [undefined, 2]) print(v, gap);
for (const proto of [Object.prototype, Array.prototype, Function.prototype, BigInt.prototype, String.prototype]) {
  Object.defineProperty(proto, "toJSON", { value() { return "everywhere"; }, configurable: true, writable: true });
  for (const v of [{}, [], [[]], { a: { b: 1 } }, () => 1, 1n, "s", 1, new Point()]) print(v);
  delete proto.toJSON;
}
Object.defineProperty(Object.prototype, "a", { set() { throw new Error("set"); }, get() { return "proto"; }, configurable: true });
parse('[{"a":1},{"a":2}]');
print({ b: 1 });
delete Object.prototype.a;
Object.defineProperty(Array.prototype, "1", { get() { return "proto"; }, configurable: true });
print([0, , 2]);
parse("[0,1,2]");
delete Array.prototype[1];
// What long arrays take grows as they do.
for (const [n, v] of [[400_000, 1], [40_000, { a: 1, b: "x" }]]) {
  if (JSON.parse(JSON.stringify(Array(n).fill(v))).length !== n) console.log("length", n);
}
console.log(checked > 2000 ? "checked" : checked);
