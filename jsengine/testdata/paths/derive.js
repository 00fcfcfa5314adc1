// Methods that make an array of an array, as the language has them, against
// definitions of their own: whatever the array is, whatever it is to be made with,
// and whatever the callback does meanwhile.
const check = (name, got, want) => { if (!Object.is(got, want)) console.log(`${name}: ${String(got)}, not ${String(want)}`); };
const { defineProperty, getOwnPropertyDescriptor } = Object, { ownKeys } = Reflect;
const create = (o, n) => {
  if (!Array.isArray(o)) return Array(n);
  let C = o.constructor;
  if (C !== null && (typeof C === "object" || typeof C === "function")) C = C[Symbol.species] ?? undefined;
  return C === undefined ? Array(n) : new C(n);
};
const define = (o, k, value) => { defineProperty(o, k, { value, writable: true, enumerable: true, configurable: true }); };
const set = (o, k, v) => { if (!Reflect.set(o, k, v, o)) throw new TypeError(); };
const length = o => Math.min(Math.max(Math.trunc(Number(o.length)) || 0, 0), Number.MAX_SAFE_INTEGER);
const place = (i, n) => i < 0 ? Math.max(n + i, 0) : Math.min(i, n);
const ours = {
  map(o, f) {
    const n = length(o), made = create(o, n);
    for (let k = 0; k < n; k++) if (k in o) define(made, k, f(o[k], k, o));
    return made;
  },
  filter(o, f) {
    const n = length(o), made = create(o, 0);
    let to = 0;
    for (let k = 0; k < n; k++) if (k in o) { const v = o[k]; if (f(v, k, o)) define(made, to++, v); }
    return made;
  },
  slice(o, from, to) {
    const n = length(o);
    let k = place(from, n), i = 0;
    const end = to === undefined ? n : place(to, n), made = create(o, Math.max(end - k, 0));
    for (; k < end; k++, i++) if (k in o) define(made, i, o[k]);
    set(made, "length", i);
    return made;
  },
};
ours.concat = (o, ...items) => {
  const made = create(o, 0);
  let n = 0;
  for (const e of [o, ...items]) {
    if (Object(e) === e && (e[Symbol.isConcatSpreadable] ?? Array.isArray(e))) for (let k = 0, l = length(e); k < l; k++, n++) { if (k in e) define(made, n, e[k]); }
    else define(made, n++, e);
  }
  set(made, "length", n);
  return made;
};
ours.from = (C, o, f) => {
  const n = length(o), made = new C(n);
  for (let k = 0; k < n; k++) define(made, k, f(o[k], k));
  set(made, "length", n);
  return made;
};
class Sub extends Array {}
const makers = {
  empty: () => [], one: () => [1], some: () => [1, 2, 3], holes: () => [1, , 3], end: () => [1, , ,], long: () => Object.assign([1], { length: 9 }),
  many: () => [...Array(70).keys()], frozen: () => Object.freeze([1, 2]), closed: () => Object.preventExtensions([1, 2]), fixed: () => defineProperty([1, 2], "length", { writable: false }),
  accessor: () => defineProperty([1], 1, { get: () => "got", configurable: true }), named: () => Object.assign([1, 2], { a: 1 }), inherited: () => Object.setPrototypeOf([1, , 2], { 1: "inherited" }),
  subclass: () => Sub.from([1, 2, 3]), objects: () => [{}, [], "a", 1n, null], array: () => ({ length: 2, 0: "a", 1: "b" }), text: () => "abc", typed: () => new Uint8Array(2), proxy: () => new Proxy([1, 2], {}),
  undefinedConstructor: () => Object.assign([1, 2], { constructor: undefined }), nullConstructor: () => Object.assign([1, 2], { constructor: null }), ownConstructor: () => Object.assign([1, 2], { constructor: Sub }),
  noSpecies: () => Object.assign([1, 2], { constructor: {} }), species: () => Object.assign([1, 2], { constructor: { [Symbol.species]: Sub } }), badSpecies: () => Object.assign([1, 2], { constructor: { [Symbol.species]: 1 } }),
  thrown: () => defineProperty([1, 2], "constructor", { get() { throw new RangeError(); } }),
  ownIterator: () => Object.assign([1, 2], { [Symbol.iterator]: [].entries }),
};
let last; // what the constructor below made
function Plain(n) { return last = n > 2 ? [] : Array(n); }
for (const n of [2, 3]) makers["plain" + n] = () => Object.assign([1, 2, 3].slice(0, n), { constructor: { [Symbol.species]: Plain } });
const callbacks = {
  same: v => v, object: v => ({ v }), odd: (v, k) => k % 2, throws: (v, k) => { if (k === 1) throw new RangeError(); return v; },
  longer: (v, k, o) => { if (k < 3 && o.push) o.push(k); return v; }, shorter: (v, k, o) => { if (k === 0) o.length = 1; return 1; }, hole: (v, k, o) => { delete o[k + 1]; return k; },
  written: (v, k) => { if (last) last[k + 1] = "written"; return v ?? 1; }, frozenResult: (v, k) => { if (last && k === 1) Object.freeze(last); return 1; }, closedResult: (v, k) => { if (last && k === 1) Object.preventExtensions(last); return 1; },
  cut: (v, k) => { if (last && k === 1) last.length = 0; return 1; }, readonly: (v, k) => { if (last && k === 1) defineProperty(last, "length", { writable: false }); return 1; }, named: v => { if (last) last.name = 1; return v ?? 1; },
};
const run = f => { try { return { made: f() }; } catch (e) { return { e: e instanceof RangeError || e instanceof TypeError ? e.name : String(e) }; } };
const see = ({ made: v, e }) => e ?? JSON.stringify([Array.isArray(v), Object.getPrototypeOf(v) === Array.prototype, Object.getPrototypeOf(v) === Sub.prototype, Object.isExtensible(v), ownKeys(v).map(String), ownKeys(v).map(k => [run(() => String(v[k])), JSON.stringify({ ...getOwnPropertyDescriptor(v, k), value: 0 })])]);
const where = (o, k, d) => { const was = getOwnPropertyDescriptor(o, k); if (d) defineProperty(o, k, d); else delete o[k]; return () => was ? defineProperty(o, k, was) : delete o[k]; };
const worlds = {
  usual: () => () => {},
  constructorIsSub: () => where(Array.prototype, "constructor", { value: Sub }), noConstructor: () => where(Array.prototype, "constructor"), constructorIsRead: () => where(Array.prototype, "constructor", { get: () => Sub }),
  constructorIsArrayRead: () => where(Array.prototype, "constructor", { get: () => Array }), constructorIsNull: () => where(Array.prototype, "constructor", { value: null }),
  speciesIsSub: () => where(Array, Symbol.species, { get: () => Sub }), noSpecies: () => where(Array, Symbol.species), speciesIsUndefined: () => where(Array, Symbol.species, { value: undefined }), speciesIsPlain: () => where(Array, Symbol.species, { value: Plain }),
  speciesOfAnother: () => where(Array, Symbol.species, { get: getOwnPropertyDescriptor(Map, Symbol.species).get }), speciesThrows: () => where(Array, Symbol.species, { get() { throw new RangeError(); } }),
  setterBelow: () => where(Array.prototype, 1, { set() { throw new RangeError("set"); }, get: () => "below", configurable: true }),
};
const { map, filter, slice, concat } = Array.prototype, { from: arrayFrom } = Array;
const both = (what, theirs, own, enter) => {
  last = undefined;
  const leave = enter();
  let a, b;
  try { a = run(theirs); last = undefined; b = run(own); } finally { leave(); }
  check(what, see(a), see(b));
};
for (const [world, enter] of Object.entries(worlds)) {
  for (const [name, make] of Object.entries(makers)) {
    const same = (what, theirs, own) => both(`${world} ${name} ${what}`, theirs, own, enter);
    for (const [callback, f] of Object.entries(callbacks)) {
      const on = [make(), make(), make(), make()];
      same(`map ${callback}`, () => map.call(on[0], f), () => ours.map(Object(on[1]), f));
      same(`filter ${callback}`, () => filter.call(on[2], f), () => ours.filter(Object(on[3]), f));
      check(`${world} ${name} ${callback} left`, see({ made: Object(on[0]) }), see({ made: Object(on[1]) }));
    }
    for (const items of [[], [1, [2, [3]]], [[, 1], "ab"], [make(), { length: 2, 0: 1, [Symbol.isConcatSpreadable]: true }]]) {
      const o = make();
      same(`concat ${items.length}`, () => concat.call(o, ...items), () => ours.concat(Object(o), ...items));
    }
    for (const C of [Array, Plain, Sub]) for (const [callback, f] of Object.entries(callbacks)) {
      const [theirs, own] = [{ length: 3, 0: 1, 2: 3 }, { length: 3, 0: 1, 2: 3 }];
      same(`from ${C.name} ${callback}`, () => arrayFrom.call(C, theirs, (v, k) => f(v, k, theirs)), () => ours.from(C, own, (v, k) => f(v, k, own)));
    }
    for (const [from, to] of [[0], [1], [0, 2], [-2], [0, -1], [2, 1], [5, 9], [0, 60]]) {
      const o = make();
      same(`slice ${from} ${to}`, () => slice.call(o, from, to), () => ours.slice(Object(o), from, to));
    }
  }
}
// Methods that change an array, or look for a value in it.
Object.assign(ours, {
  fill(o, v, from = 0, to) {
    const n = length(o);
    let k = place(Number(from), n);
    for (const end = to === undefined ? n : place(Number(to), n); k < end; k++) set(o, k, v);
    return o;
  },
  unshift(o, ...items) {
    const n = length(o), c = items.length;
    if (c > 0) {
      for (let k = n; k > 0; k--) if (k - 1 in o) set(o, k + c - 1, o[k - 1]); else delete o[k + c - 1];
      for (let k = 0; k < c; k++) set(o, k, items[k]);
    }
    set(o, "length", n + c);
    return n + c;
  },
  splice(o, from, deleted, ...items) {
    const n = length(o), k = place(Number(from), n), c = Math.min(Math.max(Number(deleted), 0), n - k), d = items.length;
    const made = create(o, c);
    for (let i = 0; i < c; i++) if (k + i in o) define(made, i, o[k + i]);
    set(made, "length", c);
    const move = (to, at) => { if (at in o) set(o, to, o[at]); else delete o[to]; };
    if (d < c) {
      for (let i = k; i < n - c; i++) move(i + d, i + c);
      for (let i = n; i > n - c + d; i--) delete o[i - 1];
    } else if (d > c) {
      for (let i = n - c; i > k; i--) move(i + d - 1, i + c - 1);
    }
    for (let i = 0; i < d; i++) set(o, k + i, items[i]);
    set(o, "length", n - c + d);
    return made;
  },
  includes(o, v, from = 0) {
    const n = length(o);
    if (n > 0) for (let k = place(Number(from), n); k < n; k++) if (o[k] === v || v !== v && o[k] !== o[k]) return true;
    return false;
  },
  indexOf(o, v, from = 0) {
    const n = length(o);
    if (n > 0) for (let k = place(Number(from), n); k < n; k++) if (k in o && o[k] === v) return k;
    return -1;
  },
});
const { fill, unshift, splice, includes, indexOf } = Array.prototype;
const within = {
  all: () => [7], object: () => [{ a: 1 }], from: () => ["x", 1], last: () => [7, -1], first: () => [0, 0, 1], none: () => [0, 5, 1], far: () => [1, 0, 60],
  cut: o => [7, { valueOf() { if (Array.isArray(o)) o.length = 1; return 0; } }], grown: o => [7, 0, { valueOf() { if (Array.isArray(o)) o.push(9); return 5; } }],
  frozen: o => [7, { valueOf() { if (Array.isArray(o)) Object.freeze(o); return 0; } }], holed: o => [7, 1, { valueOf() { if (Array.isArray(o)) delete o[0]; return 4; } }],
};
for (const [world, enter] of Object.entries({ usual: worlds.usual, setterBelow: worlds.setterBelow, setterOfObjects: () => where(Object.prototype, 2, { set() { throw new RangeError("set"); }, configurable: true }), protoOfArrays: () => { Object.setPrototypeOf(Array.prototype, { 2: "below" }); return () => Object.setPrototypeOf(Array.prototype, Object.prototype); } })) {
  for (const [name, make] of Object.entries(makers)) {
    const same = (what, theirs, own) => {
      const on = [Object(make()), Object(make())];
      both(`${world} ${name} ${what}`, () => [theirs(on[0])], () => [own(on[1])], enter);
      check(`${world} ${name} ${what} left`, see({ made: on[0] }), see({ made: on[1] }));
    };
    for (const [which, args] of Object.entries(within)) {
      same(`fill ${which}`, o => fill.call(o, ...args(o)) === o, o => ours.fill(o, ...args(o)) === o);
      same(`includes ${which}`, o => includes.call(o, ...args(o).slice(0, 2)), o => ours.includes(o, ...args(o).slice(0, 2)));
      same(`indexOf ${which}`, o => indexOf.call(o, ...args(o).slice(0, 2)), o => ours.indexOf(o, ...args(o).slice(0, 2)));
    }
    for (const args of [[0, 1], [1, 1], [0, 9], [-1, 1], [1, 0, "a"], [0, 2, 1], [0, 1, "a", "b"], [2, 0, ...Array(50).fill({})], [5, 1, 1], [0, { valueOf() { return 1; } }]]) same(`splice ${args.length} ${args[0]}`, o => see({ made: splice.call(o, ...args) }), o => see({ made: ours.splice(o, ...args) }));
    for (const which of ["cut", "grown", "frozen", "holed"]) {
      const args = o => { const [, from, deleted = 1] = within[which](o); return [from, deleted, "x", "y"]; };
      same(`splice ${which}`, o => see({ made: splice.call(o, ...args(o)) }), o => see({ made: ours.splice(o, ...args(o)) }));
    }
    for (const items of [[], [1], ["a", {}, 3], Array(40).fill("many")]) same(`unshift ${items.length}`, o => unshift.call(o, ...items), o => ours.unshift(o, ...items));
  }
}
{
  const half = "a".repeat(300), symbol = Symbol(), object = {}, one = 0.5;
  const values = [0, -0, NaN, 1, one + one, 1.5, -1, 2 ** 31, 2 ** 31 - 1, 1e300, "", "a", "b", String.fromCharCode(97), "\u20ac", "1", half + half, half + half.slice(1) + "a", "a".repeat(600), "a".repeat(599) + "b", 1n, 2n ** 70n, 2n ** 69n * 2n, null, undefined, true, false, symbol, Symbol(), object, {}, [], () => {}];
  const lists = [values, values.toReversed(), [...values, , 5], values.map(v => [v]), values.filter(v => typeof v !== "string"), new Array(50), new Array(3).fill(NaN), new Array(40).fill(1).fill("x", 3)];
  for (const [i, list] of lists.entries()) for (const [j, v] of values.entries()) for (const from of [0, 1, 7, -1, -5, 99, Infinity, -Infinity]) {
    check(`value ${j} in list ${i} from ${from}`, `${list.includes(v, from)} ${list.indexOf(v, from)}`, `${ours.includes(list, v, from)} ${ours.indexOf(list, v, from)}`);
  }
  const many = Array.from({ length: 3000 }, (_, i) => ({ i }));
  const queue = [];
  for (const o of many) queue.unshift(o);
  check("a queue", queue.every((o, i) => o === many[2999 - i]) && queue.length === 3000, true);
  const list = many.slice(), moved = many.slice();
  for (let i = 0; i < 500; i++) { moved.copyWithin(i * 3, i * 3 + 1); moved.pop(); check("a deleted element", list.splice(i * 3, 1)[0]?.i, many[i * 4]?.i); }
  check("what is left", list.every((o, i) => o === moved[i]) && list.length === moved.length, true);
  check("a filled array has one object", new Array(5000).fill(object).every(o => o === object), true);
}
// How arrays are iterated: in full, to the first, and to none.
const steps = (o, most) => {
  const out = [], start = o[Symbol.iterator];
  if (typeof start !== "function") throw new TypeError();
  const iterator = start.call(o), { next } = iterator;
  while (out.length < most) {
    const r = next.call(iterator);
    if (Object(r) !== r) throw new TypeError();
    if (r.done) return out;
    define(out, out.length, r.value);
  }
  iterator.return?.();
  return out;
};
const iterator = Object.getPrototypeOf([].values());
const nextWas = getOwnPropertyDescriptor(iterator, "next");
const iterations = {
  usual: () => () => {},
  another: () => where(Array.prototype, Symbol.iterator, { value: Array.prototype.keys }), pairs: () => where(Array.prototype, Symbol.iterator, { value: Array.prototype.entries }), ofMaps: () => where(Array.prototype, Symbol.iterator, { value: Map.prototype.values }),
  thrown: () => where(Array.prototype, Symbol.iterator, { get() { throw new RangeError(); } }), none: () => where(Array.prototype, Symbol.iterator),
  nextIsOver: () => where(iterator, "next", { value: () => ({ done: true }) }), nextIsRead: () => where(iterator, "next", { get: () => { let n = 0; return () => ({ done: n++ > 1, value: n }); } }), nextIsOfMaps: () => where(iterator, "next", { value: Object.getPrototypeOf(new Map().values()).next }),
  return: () => where(iterator, "return", { value() { throw new RangeError(); }, configurable: true }),
};
makers.iterator = () => Object.assign([1, 2], { [Symbol.iterator]: [].entries });
makers.emptied = () => { const o = [1, 2, 3]; o.length = 0; return o; };
for (const [world, enter] of Object.entries(iterations)) {
  for (const [name, make] of Object.entries(makers)) {
    const o = make(), same = (what, theirs, own) => both(`${world} ${name} ${what}`, theirs, own, enter);
    same("spread", () => [...o], () => steps(o, Infinity));
    same("in a call", () => ((...all) => all)(...o), () => steps(o, Infinity));
    same("rest", () => { const [...all] = o; return all; }, () => steps(o, Infinity));
    same("of", () => { const all = []; for (const v of o) define(all, all.length, v); return all; }, () => steps(o, Infinity));
    same("first", () => { const [a] = o; return [a]; }, () => [steps(o, 1)[0]]);
    same("none", () => { const [] = o; return []; }, () => steps(o, 0));
    same("from", () => arrayFrom.call(Array, o), () => o[Symbol.iterator] == null ? ours.from(Array, Object(o), v => v) : steps(o, Infinity));
    same("from for a subclass", () => arrayFrom.call(Sub, o), () => o[Symbol.iterator] == null ? ours.from(Sub, Object(o), v => v) : Object.setPrototypeOf(steps(o, Infinity), Sub.prototype));
    same("broken", () => { for (const v of o) return [v]; return []; }, () => steps(o, 1));
  }
}
for (const grow of [o => o.push(o.length), o => o.pop(), o => { o.length = 0; }, o => { delete o[1]; }, o => { iterator.next = o.next; }]) {
  const list = [1, 2, 3], own = [1, 2, 3], got = [], want = [];
  for (const v of list) { got.push(v); if (got.length < 6) grow(list); }
  for (let i = 0; i < own.length; i++) { want.push(own[i]); if (want.length < 6) grow(own); }
  check(`while it goes on ${grow}`, String(got), String(want));
  if (iterator.next === undefined) defineProperty(iterator, "next", nextWas);
}
console.log("checked");
