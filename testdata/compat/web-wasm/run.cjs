// Programs written by hand: control flow, calls, tables, memory, 64-bit numbers, references, several results.
const utf8 = (s) => [...Buffer.from(s)];
const leb = (n) => { const out = []; do { const b = n & 0x7f; n >>>= 7; out.push(n ? b | 0x80 : b); } while (n); return out; };
const sleb = (n) => { const out = []; for (;;) { const b = n & 0x7f; n >>= 7; if ((n === 0 && !(b & 0x40)) || (n === -1 && b & 0x40)) { out.push(b); return out; } out.push(b | 0x80); } };
const section = (id, items) => items.length ? [id, ...leb(leb(items.length).length + items.flat().length), ...leb(items.length), ...items.flat()] : [];
const I32 = 0x7f, I64 = 0x7e, F32 = 0x7d, F64 = 0x7c, FUNC = 0x70, EXT = 0x6f;
// module: functions are [params, results, locals, body, export name]
function build({ imports = [], funcs = [], tables = [], memories = [], globals = [], exports = [], start, elems = [], datas = [], types = [] }) {
  const ts = types.map(([p, r]) => [0x60, ...leb(p.length), ...p, ...leb(r.length), ...r]);
  const type = (p, r) => { const t = [0x60, ...leb(p.length), ...p, ...leb(r.length), ...r]; const at = ts.findIndex((x) => x.join() === t.join()); return at >= 0 ? at : ts.push(t) - 1; };
  const ims = imports.map(([m, n, kind, ...d]) => [...leb(utf8(m).length), ...utf8(m), ...leb(utf8(n).length), ...utf8(n), kind, ...(kind === 0 ? leb(type(...d)) : d.flat())]);
  const fs = funcs.map(([p, r]) => leb(type(p, r))), first = imports.filter((x) => x[2] === 0).length;
  const ex = [...funcs.flatMap((f, i) => (f[4] ? [[f[4], 0, first + i]] : [])), ...exports].map(([n, k, i]) => [...leb(n.length), ...utf8(n), k, ...leb(i)]);
  const code = funcs.map(([, , locals, body]) => { const b = [...leb(locals.length), ...locals.flatMap((t) => [1, t]), ...body.flat(Infinity), 0x0b]; return [...leb(b.length), ...b]; });
  return new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...section(1, ts), ...section(2, ims), ...section(3, fs), ...section(4, tables), ...section(5, memories), ...section(6, globals),
    ...section(7, ex), ...(start === undefined ? [] : [8, leb(start).length, ...leb(start)]), ...section(9, elems), ...section(10, code), ...section(11, datas)]);
}
const run = (m, imports) => new WebAssembly.Instance(new WebAssembly.Module(build(m)), imports).exports;
const t = (n, f) => { try { console.log(n, "->", f()); } catch (e) { console.log(n, "=>", e.name + ": " + e.message); } };
const get = (i) => [0x20, ...leb(i)], set = (i) => [0x21, ...leb(i)], tee = (i) => [0x22, ...leb(i)], c = (n) => [0x41, ...sleb(n)];

const fac = run({ funcs: [[[I64], [I64], [], [get(0), 0x50, 0x04, I64, 0x42, 1, 0x05, get(0), get(0), 0x42, 1, 0x7d, 0x10, 0, 0x7e, 0x0b], "fac"]] });
t("fac", () => [fac.fac(20n), fac.fac(21n), fac.fac(0n)]);
t("fac of a number", () => fac.fac(5));
const sum = run({ funcs: [[[I32], [I32], [I32, I32], [0x03, 0x40, get(1), get(2), 0x6a, set(1), get(2), c(1), 0x6a, tee(2), get(0), 0x48, 0x0d, 0, 0x0b, get(1)], "sum"]] });
t("sum", () => [sum.sum(10), sum.sum(100000), sum.sum(), sum.sum("7"), sum.sum({ valueOf: () => 4 }), sum.sum.length, sum.sum.name]);
t("throwing argument", () => sum.sum({ valueOf() { throw new Error("mine"); } }));
t("symbol", () => sum.sum(Symbol("s")));
t("new", () => new sum.sum(1));
const fib = run({ funcs: [[[I32], [I32], [], [get(0), c(2), 0x48, 0x04, I32, get(0), 0x05, get(0), c(1), 0x6b, 0x10, 0, get(0), c(2), 0x6b, 0x10, 0, 0x6a, 0x0b], "fib"]] });
t("fib", () => [fib.fib(1), fib.fib(20)]);

const log = [];
const host = run({ imports: [["e", "two", 0, [I32, F64], [I32, F64]], ["e", "none", 0, [], []], ["e", "big", 0, [I64], [I64]]],
  funcs: [[[I32, F64], [F64, I32], [], [get(0), get(1), 0x10, 0, 0x21, 1, 0x21, 0, 0x10, 1, get(1), get(0)], "swap"], [[I64], [I64], [], [get(0), 0x10, 2], "big"]] },
  { e: { two: (a, b) => { log.push([a, b]); return [a + 1, b / 2]; }, none() { log.push([this === undefined, arguments.length]); return 5; }, big: (x) => x * 3n } });
t("several results", () => [host.swap(7, 3), log.splice(0)]);
t("big", () => [host.big(4n), host.big(2n ** 63n), host.big(true)]);
const bad = (f) => run({ imports: [["e", "f", 0, [], [I32, I32]]], funcs: [[[], [I32], [], [0x10, 0, 0x6a], "f"]] }, { e: { f } }).f();
t("a set as results", () => bad(() => new Set([4, 5])));
t("too few", () => bad(() => [1]));
t("too many", () => bad(() => [1, 2, 3]));
t("not iterable", () => { try { bad(() => 5); } catch (e) { return e.name; } });
t("generator", () => bad(function* () { yield 20; yield 22; }));
t("throws", () => bad(() => { throw new RangeError("from outside"); }));

const table = run({ types: [[[I32], [I32]]], tables: [[FUNC, 0, 4]], exports: [["t", 1, 0]], elems: [[0, ...c(0), 0x0b, 2, 0, 1]],
  funcs: [[[I32], [I32], [], [get(0), c(1), 0x6a], "inc"], [[I32], [I32], [], [get(0), c(2), 0x6c], "dbl"], [[I32, I32], [I32], [], [get(0), get(1), 0x11, 0, 0], "call"], [[], [], [], [], "nop"], [[I32], [FUNC], [], [get(0), 0x25, 0], "at"]] });
t("call_indirect", () => [table.call(5, 0), table.call(5, 1)]);
t("null", () => table.call(5, 2));
t("out of bounds", () => table.call(5, 9));
t("identity", () => [table.t.get(0) === table.inc, table.at(1) === table.dbl, table.at(2), table.t.get(1) === table.t.get(1)]);
t("another type", () => { table.t.set(2, table.nop); return table.call(5, 2); });
t("set", () => { table.t.set(3, fib.fib); return [table.call(10, 3), table.t.get(3) === fib.fib]; });
t("grow", () => [table.t.grow(2, table.inc), table.t.length, table.call(1, 5)]);

const mem = run({ memories: [[1, 1, 3]], exports: [["m", 2, 0]], datas: [[0, ...c(8), 0x0b, 3, 1, 2, 3]],
  funcs: [[[I32], [I32], [], [get(0), 0x28, 2, 0], "load"], [[I32, I32], [], [], [get(0), get(1), 0x36, 2, 4], "store"], [[I32], [I32], [], [get(0), 0x40, 0], "grow"], [[], [I32], [], [0x3f, 0], "size"],
    [[I32, I32, I32], [], [], [get(0), get(1), get(2), 0xfc, 11, 0], "fill"], [[I32, I32, I32], [], [], [get(0), get(1), get(2), 0xfc, 10, 0, 0], "copy"], [[I32], [I32], [], [get(0), 0x2c, 0, 0], "byte"], [[I32], [I64], [], [get(0), 0x31, 0, 0], "half"]] });
t("load", () => [mem.load(8), mem.byte(10), mem.half(8), mem.load(65532)]);
t("load out of bounds", () => mem.load(65533));
t("load at -1", () => mem.load(-1));
t("store", () => { mem.store(0, -2); return [...new Uint8Array(mem.m.buffer, 0, 12)]; });
t("store out of bounds", () => mem.store(65529, 1));
t("memory.grow", () => { const b = mem.m.buffer; return [mem.size(), mem.grow(1), mem.size(), b.byteLength, mem.m.buffer.byteLength, mem.grow(5), mem.load(8)]; });
t("fill and copy", () => { mem.fill(100, 0x1ff, 3); mem.copy(101, 99, 4); return [...new Uint8Array(mem.m.buffer, 98, 8)]; });
t("fill out of bounds", () => mem.fill(131070, 1, 3));
t("copy of nothing at the end", () => mem.copy(131072, 131072, 0));

const num = (type, ...ops) => run({ funcs: ops.map(([name, op, p, r]) => [p, [r], [], [p.map((_, i) => get(i)), op], name]) });
const n = num(0, ["divs", 0x6d, [I32, I32], I32], ["remu", 0x70, [I32, I32], I32], ["rotl", 0x77, [I32, I32], I32], ["clz", 0x67, [I32], I32], ["popcnt", 0x69, [I32], I32], ["div64", 0x7f, [I64, I64], I64], ["shru64", 0x88, [I64, I64], I64],
  ["minf", 0x96, [F32, F32], F32], ["near", 0x9e, [F64], F64], ["max", 0xa5, [F64, F64], F64], ["sqrt", 0x9f, [F64], F64], ["copysign", 0xa6, [F64, F64], F64], ["trunc", 0xaa, [F64], I32], ["sat", [0xfc, 2], [F64], I32], ["satu", [0xfc, 7], [F64], I64], ["ext8", 0xc0, [I32], I32],
  ["demote", 0xb6, [F64], F32], ["conv", 0xba, [I64], F64], ["bits", 0xbc, [F32], I32], ["gt", 0x64, [F64, F64], I32], ["wrap", 0xa7, [I64], I32], ["extu", 0xad, [I32], I64]);
t("integers", () => [n.divs(-7, 2), n.remu(-1, 10), n.rotl(0x80000001 | 0, 1), n.clz(0), n.clz(1), n.popcnt(-1), n.div64(-9n, 2n), n.shru64(-1n, 60n), n.ext8(0x80), n.wrap(2n ** 40n - 1n), n.extu(-1)]);
t("floats", () => [n.minf(-0, 0), n.minf(NaN, 1), n.near(2.5), n.near(-0.4), n.max(-0, 0), n.sqrt(-1), n.sqrt(2), n.copysign(1, -0), n.demote(1e40), n.demote(0.1), n.conv(-1n), n.bits(1.5), n.gt(1, NaN)]);
t("saturating", () => [n.sat(1e20), n.sat(NaN), n.sat(-1e20), n.satu(-5), n.satu(1e30), n.trunc(-2147483648.9)]);
for (const [f, ...a] of [["divs", 1, 0], ["divs", -2147483648, -1], ["remu", 1, 0], ["div64", 1n, 0n], ["trunc", 2147483648], ["trunc", NaN]]) t(f, () => n[f](...a));

const refs = run({ globals: [[EXT, 1, 0xd0, EXT, 0x0b]], tables: [[EXT, 0, 2]], exports: [["g", 3, 0], ["t", 1, 0]],
  funcs: [[[EXT], [EXT], [], [get(0)], "id"], [[EXT], [I32], [], [get(0), 0xd1], "isNull"], [[EXT], [], [], [get(0), 0x24, 0], "put"], [[], [EXT], [], [0x23, 0], "take"], [[I32, EXT], [], [], [get(0), get(1), 0x26, 0], "store"], [[EXT, EXT, I32], [EXT], [], [get(0), get(1), get(2), 0x1c, 1, EXT], "pick"]] });
const o = { o: 1 }, s = Symbol("s");
t("externref", () => [refs.id(o) === o, refs.id("text"), refs.id(undefined), refs.id(null), refs.id(s) === s, refs.id(5n), refs.id(1.5), refs.isNull(null), refs.isNull(undefined), refs.isNull(0)]);
t("global of externref", () => { const a = refs.take(); refs.put(o); return [a, refs.take() === o, refs.g.value === o]; });
t("table of externref", () => { refs.store(1, "x"); return [refs.t.get(0), refs.t.get(1)]; });
t("select", () => [refs.pick("a", "b", 1), refs.pick("a", "b", 0)]);
const br = run({ funcs: [[[I32], [I32], [], [0x02, 0x40, 0x02, 0x40, 0x02, 0x40, get(0), 0x0e, 2, 0, 1, 2, 0x0b, c(10), 0x0f, 0x0b, c(20), 0x0f, 0x0b, c(30)], "br"], [[I32], [I32], [], [c(1), 0x02, I32, c(5), get(0), 0x0d, 0, 0x1a, c(6), 0x0b, 0x6a], "value"]] });
t("br_table", () => [br.br(0), br.br(1), br.br(2), br.br(100), br.br(-1)]);
t("br_if with a value", () => [br.value(1), br.value(0)]);
t("start", () => { const seen = []; run({ imports: [["e", "f", 0, [], []]], start: 0 }, { e: { f: () => seen.push("started") } }); return seen; });
t("start that throws", () => run({ imports: [["e", "f", 0, [], []]], start: 0 }, { e: { f: () => { throw new SyntaxError("in start"); } } }));
t("recursion through JavaScript", () => { const x = run({ imports: [["e", "f", 0, [], []]], funcs: [[[], [], [], [0x10, 0], "g"]] }, { e: { f: () => x.g() } }); x.g(); });
t("exported import", () => { const f = () => 1, x = run({ imports: [["e", "f", 0, [], [I32]]], exports: [["f", 0, 0]] }, { e: { f } }), y = run({ imports: [["e", "f", 0, [], [I32]]], exports: [["f", 0, 0]] }, { e: { f: x.f } }); return [x.f === f, x.f(), y.f === x.f]; });
t("imports of numbers", () => run({ imports: [["e", "a", 3, [I32, 0]], ["e", "b", 3, [I64, 0]], ["e", "c", 3, [F32, 0]]], globals: [[I32, 0, 0x23, 0, 0x0b]], exports: [["a", 3, 0], ["b", 3, 1], ["c", 3, 2], ["d", 3, 3]] }, { e: { a: 2 ** 32 + 7, b: -1n, c: 0.1 } }));
t("their values", () => Object.entries(run({ imports: [["e", "a", 3, [I32, 0]], ["e", "b", 3, [I64, 0]], ["e", "c", 3, [F32, 0]]], exports: [["a", 3, 0], ["b", 3, 1], ["c", 3, 2]] }, { e: { a: 2 ** 32 + 7, b: -1n, c: 0.1 } })).map(([k, v]) => [k, v.value]));
t("order of imports", () => { const seen = []; const e = new Proxy({}, { get: (_, k) => { seen.push(k); return () => {}; } }); run({ imports: [["e", "b", 0, [], []], ["e", "a", 0, [], []]] }, { get e() { seen.push("e"); return e; } }); return seen; });
const named = new WebAssembly.Module(new Uint8Array([...build({}), 0, 5, 1, 0x61, 1, 2, 3, 0, 4, 1, 0x62, 9, 9, 0, 3, 1, 0x61, 7]));
t("custom sections", () => [WebAssembly.Module.customSections(named, "a").map((b) => [...new Uint8Array(b)]), WebAssembly.Module.customSections(named, "b").length, WebAssembly.Module.customSections(named, "c"), WebAssembly.validate(build({})), WebAssembly.validate(new Uint8Array(3))]);
t("described", () => { const m = new WebAssembly.Module(build({ imports: [["é", "f", 0, [], []], ["e", "m", 2, [0, 1]]], exports: [["f", 0, 0], ["m2", 2, 0]] })); return JSON.stringify([WebAssembly.Module.imports(m), WebAssembly.Module.exports(m)]); });
