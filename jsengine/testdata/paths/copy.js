// Object spread and rest against what the language says they do, in a function of
// the program's own. Prints what differs.
const copied = (o, without = []) => {
  const to = {};
  if (o === null || o === undefined) return to;
  for (const k of Reflect.ownKeys(Object(o))) {
    if (without.includes(k)) continue;
    if (Object.getOwnPropertyDescriptor(o, k)?.enumerable) Object.defineProperty(to, k, { value: o[k], writable: true, enumerable: true, configurable: true });
  }
  return to;
};
const see = (o) => Reflect.ownKeys(o).map((k) => {
  const d = Object.getOwnPropertyDescriptor(o, k);
  return `${String(k)} ${"value" in d ? String(d.value) : "accessor"} ${d.writable} ${d.enumerable} ${d.configurable}`;
}).join("; ");
const s = Symbol("s");
let calls = 0;
class Private {
  #p = 1;
  a = 2;
  static has(o) { return #p in o; }
}
const deleted = { a: 1, b: 2, c: 3 }; delete deleted.b;
const objects = {
  plain: { a: 1, b: 2, c: 3 }, empty: {}, symbols: { [s]: 1, a: 2, [Symbol.iterator]: 3 }, indexes: { b: 1, 2: 2, 1: 3, a: 4, "01": 5 }, big: { 4294967294: 1, 4294967295: 2, a: 3 }, deleted, private: new Private(),
  hidden: Object.defineProperty({ a: 1, c: 2 }, "b", { value: 1, enumerable: false, configurable: true }), frozen: Object.freeze({ a: 1, b: 2 }), getter: { get a() { return ++calls % 1 === 0 ? "got" : 0; }, b: 2 },
  readonly: Object.defineProperty({}, "a", { value: 1, enumerable: true }), nothing: Object.create(null, { a: { value: 1, enumerable: true } }), inherited: Object.create({ x: 1 }, { a: { value: 1, enumerable: true } }),
  array: [1, , 3], string: Object("ab"), proxy: new Proxy({ a: 1, b: 2 }, {}), function: Object.assign(() => 1, { a: 1 }), proto: JSON.parse('{"__proto__":1,"a":2}'), date: Object.assign(new Date(0), { a: 1 }), arguments: (function () { return arguments; })(1, 2), null: null, undefined, number: 1, text: "xy",
};
for (const [name, o] of Object.entries(objects)) {
  const cases = [
    ["spread", () => ({ ...o }), () => copied(o)],
    ["after", () => ({ z: 0, a: 9, ...o }), () => Object.defineProperties({ z: 0, a: 9 }, Object.getOwnPropertyDescriptors(copied(o)))],
    ["twice", () => ({ ...o, ...o }), () => copied(o)],
    ["before", () => ({ ...o, a: 9, b: 8 }), () => Object.defineProperties(copied(o), Object.getOwnPropertyDescriptors({ a: 9, b: 8 }))],
    ["over a getter", () => ({ get a() { return 1; }, ...o }), () => Object.defineProperties({ get a() { return 1; } }, Object.getOwnPropertyDescriptors(copied(o)))],
  ];
  if (o !== null && o !== undefined) cases.push(
    ["rest", () => { const { a, ...rest } = o; return rest; }, () => copied(o, ["a"])],
    ["computed rest", () => { const k = "b", { [k]: b, [s]: c, ...rest } = o; return rest; }, () => copied(o, ["b", s])],
    ["all", () => { const { ...rest } = o; return rest; }, () => copied(o)],
  );
  for (const [what, got, want] of cases) {
    const g = see(got()), w = see(want());
    if (g !== w) console.log(name, what, g, "|", w);
  }
}
// A copy and what it is of share nothing that one can see.
const a = { x: 1, y: 2 }, b = { ...a };
b.x = 3; a.z = 4; delete b.y;
Object.defineProperty(a, "y", { enumerable: false });
console.log(see(a), "|", see(b), "|", see({ ...a }), Private.has({ ...new Private() }));
const frozen = Object.freeze({ ...a });
try { "use strict"; Object.defineProperty(frozen, "w", { value: 1 }); } catch (e) { console.log(e.name); }
const chain = Array.from({ length: 200 }, (_, i) => i).reduce((o, i) => ({ ...o, ["k" + i]: i }), {});
console.log(Object.keys(chain).length, chain.k0, chain.k199);
