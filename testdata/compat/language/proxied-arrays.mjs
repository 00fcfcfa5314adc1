// Arrays behind a proxy, arrays of holes and what only looks like an array.
const tell = (f) => {
  try {
    console.log(f());
  } catch (e) {
    console.log(`${e.name}: ${e.message}`);
  }
};
const pass = { defineProperty: (t, k, d) => Reflect.defineProperty(t, k, d) };
const proxied = (...items) => new Proxy(items, pass);

tell(() => proxied(1, 2, 3).push(4));
tell(() => proxied(1, 2, 3).pop());
tell(() => proxied(1, 2, 3).splice(0, 2).length);
tell(() => Reflect.set(proxied(1, 2, 3), "length", 1));
tell(() => Reflect.defineProperty(proxied(1), "length", { value: 0 }));
tell(() => Reflect.defineProperty(proxied(1), "length", { value: 0, writable: true }));
tell(() => Reflect.defineProperty(proxied(1), "length", { writable: false }));
const fixed = Object.defineProperty({}, "x", { value: 1, writable: true });
tell(() => Reflect.defineProperty(new Proxy(fixed, pass), "x", { value: 2 }));
tell(() => fixed.x);
try {
  console.log("an invariant is broken", Reflect.defineProperty(new Proxy(fixed, { defineProperty: () => true }), "x", { writable: false }));
} catch (e) {
  console.log(e.name);
}

// What copies reads holes without a question.
for (const [name, ...args] of [["with", 0, 9], ["toReversed"], ["toSorted"], ["toSpliced", 1, 1]]) {
  const log = [];
  const watched = new Proxy([3, , 1], {
    has: (t, k) => (log.push(`has ${String(k)}`), k in t),
    get: (t, k, r) => (log.push(`get ${String(k)}`), Reflect.get(t, k, r)),
  });
  tell(() => `${name}: ${[][name].call(watched, ...args)}; ${log}`);
}

// A length below 0 is none.
tell(() => [...Array.prototype.values.call({ length: -1 })].length);
tell(() => [...Array.prototype.entries.call({ length: -5, 0: "x" })].length);
tell(() => Math.max.apply(null, { length: -1 }));
tell(() => Reflect.ownKeys(new Proxy({}, { ownKeys: () => ({ length: -2 }) })).length);

const short = Object.defineProperty([1], "length", { writable: false });
tell(() => (short.length = 0));
tell(() => (short[1] = 2));
tell(() => short.push(2));
tell(() => short.pop());

tell(() => "x".anchor() + "x".link(null) + "x".fontsize('"'));
tell(() => (function () { return structuredClone(arguments); })(1));
